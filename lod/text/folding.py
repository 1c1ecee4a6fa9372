"""The key under which texts are searched: what a reader takes for the same writing gives the same key.

Folded together: full and half width, capitals, hiragana and katakana, composed and separate voicing marks, long-vowel
marks and dashes, old and new forms of ideographs, compatibility characters (㍻ → 平成), spacing and commas (1,200 →
1200). Printed text itself is never changed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# 常用漢字表 (平成22年内閣告示第2号): each new form with the old ones that it replaced.
_OLD_FORMS = """
亜亞 悪惡 圧壓 囲圍 医醫 為爲 壱壹 隠隱 栄榮 営營 衛衞 駅驛 円圓 塩鹽 縁緣 応應 欧歐 殴毆 桜櫻 奥奧 横橫 温溫 穏穩
仮假 価價 画畫 会會 壊壞 懐懷 絵繪 拡擴 殻殼 覚覺 学學 岳嶽 楽樂 渇渴 缶罐 巻卷 陥陷 勧勸 寛寬 関關 歓歡 観觀 気氣
帰歸 偽僞 戯戲 犠犧 旧舊 拠據 挙擧 峡峽 挟挾 狭狹 郷鄕 暁曉 区區 駆驅 勲勳 薫薰 径徑 恵惠 渓溪 掲揭 経經 蛍螢 軽輕
継繼 鶏鷄 芸藝 撃擊 欠缺 県縣 倹儉 剣劍 険險 圏圈 検檢 献獻 権權 顕顯 験驗 厳嚴 広廣 効效 恒恆 黄黃 鉱鑛 号號 国國
黒黑 済濟 砕碎 斎齋 剤劑 冊册 桟棧 雑雜 参參 惨慘 蚕蠶 賛贊 残殘 糸絲 歯齒 児兒 辞辭 湿濕 実實 写寫 釈釋 寿壽 収收
従從 渋澁 獣獸 縦縱 粛肅 処處 緒緖 叙敍 将將 称稱 渉涉 焼燒 証證 奨奬 条條 状狀 乗乘 浄淨 剰剩 畳疊 縄繩 壌壤 嬢孃
譲讓 醸釀 触觸 嘱囑 真眞 寝寢 慎愼 尽盡 図圖 粋粹 酔醉 穂穗 随隨 髄髓 枢樞 数數 瀬瀨 声聲 斉齊 静靜 窃竊 摂攝 専專
戦戰 浅淺 践踐 銭錢 潜潛 繊纖 禅禪 双雙 壮壯 争爭 荘莊 捜搜 挿插 装裝 総總 騒騷 蔵藏 臓臟 属屬 続續 堕墮 対對 体體
帯帶 滞滯 台臺 滝瀧 択擇 沢澤 担擔 胆膽 団團 断斷 弾彈 遅遲 痴癡 虫蟲 昼晝 鋳鑄 庁廳 聴聽 勅敕 鎮鎭 逓遞 鉄鐵 転轉
点點 伝傳 灯燈 当當 党黨 盗盜 稲稻 闘鬭 徳德 独獨 読讀 届屆 弐貳 悩惱 脳腦 覇霸 廃廢 拝拜 売賣 麦麥 発發 髪髮 抜拔
蛮蠻 秘祕 浜濱 瓶甁 払拂 仏佛 並竝 変變 辺邊 弁辨瓣辯 宝寶 豊豐 没沒 翻飜 毎每 万萬 満滿 黙默 訳譯 薬藥 与與 予豫 余餘
誉譽 揺搖 様樣 謡謠 来來 頼賴 乱亂 覧覽 竜龍 両兩 猟獵 緑綠 塁壘 涙淚 励勵 礼禮 霊靈 齢齡 恋戀 炉爐 労勞 楼樓 録錄
湾灣
"""
# Further forms that stand in names of people and places (lod/text/lexicon.py knows some of them as well).
_NAME_FORMS = "高髙 崎﨑嵜 浜濵 辺邉 島嶋嶌 吉𠮷 柳栁 富冨 館舘 弥彌 亘亙 尭堯 遥遙 晋晉 桑桒 槙槇 瑶瑤 祢禰 萌萠 桧檜"
_DASHES = (
    "\u002d\u00ad\u02d7\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2500\u2501\u30fc\ufe58\ufe63\uff0d\uff70"
)
_WAVES = "\u007e\u223c\u301c\u3030\uff5e"
_INVISIBLE = "\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u3164\ufeff\uffa0"
_DROPPED_CATEGORIES = {"Zs", "Zl", "Zp", "Cc", "Cf"}


def _dropped() -> Iterator[str]:
    """White space, control and format characters, variation selectors."""
    yield from (chr(code) for code in range(0x3100) if unicodedata.category(chr(code)) in _DROPPED_CATEGORIES)
    yield from _INVISIBLE
    yield from map(chr, (*range(0xFE00, 0xFE10), *range(0xE0000, 0xE0200)))


def _table() -> dict[str, str]:
    table = {chr(code): chr(code - 0x60) for code in range(ord("ァ"), ord("ヶ") + 1)}
    table |= {"ヵ": "か", "ヶ": "け", "ゕ": "か", "ゖ": "け", "ヽ": "ゝ", "ヾ": "ゞ"}
    table |= dict.fromkeys(_DASHES, "ー") | dict.fromkeys(_WAVES, "~")
    for group in (_OLD_FORMS + _NAME_FORMS).split():
        table |= dict.fromkeys(group[1:], group[0])
    return table | dict.fromkeys((*_dropped(), ","), "")


BEFORE = dict.fromkeys(_dropped(), "") | dict.fromkeys(_DASHES, "ー") | {"゛": "\u3099", "゜": "\u309a"}
"""Seen to before composing, because they would hide what composes (a space within か ゛)."""
AFTER = _table()
FOLLOWING = re.compile("[\u3099-\u309c\uff9e\uff9f\u0300-\u036f]")


def search_key(text: str) -> str:
    """The folded text: whoever searches for one of its writings finds it by this. '' where nothing is left."""
    plain = "".join(map(BEFORE.get, text, text))
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain).casefold())
    return "".join(map(AFTER.get, folded, folded))


def folded_pieces(text: str) -> Iterator[tuple[str, str]]:
    """The text in pieces with the key of each: a character together with the voicing marks or accents behind it.

    The keys joined are the key of the text, save for rare scripts that compose otherwise (a caller must compare).
    """
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or not FOLLOWING.match(text, end):
            yield text[start:end], search_key(text[start:end])
            start = end
