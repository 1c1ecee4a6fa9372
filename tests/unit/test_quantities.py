"""What was counted, in sentences as reports have them: number, unit, item, and what became of it."""

from __future__ import annotations

import re

import pytest

from lod.extract.quantities import read_quantities
from lod.extract.reading import Reading
from lod.model import Document, Origin, Source, Status, Value
from tests.unit.test_extract import FORM

# A sentence, then each quantity on a line of its own: item, qualifier, value, unit, status (-: stated by nobody).
SENTENCES = """
施設整備助成金15件、新規雇用助成金2件を交付しました。
    施設整備助成金,,15,件,granted
    新規雇用助成金,,2,件,granted
新たに4件の施設整備助成と1件の市内発注奨励助成を承認しました。
    施設整備助成,,4,件,approved
    市内発注奨励助成,,1,件,approved
民生委員240人の研修を計6回行い、延べ1,234人が参加しました。
    民生委員,,240,人,-
    研修,計,6,回,conducted
    参加,延べ,1234,人,participated
参加者は前年度比110％の4,567人となりました。
    参加者,前年度比,110,％,-
    参加者,,4567,人,-
七夕まつりには、3日間で約145万人が来場しました。
    日間,,3,日間,-
    来場,約,1450000,人,visited
保育所の定員を60人増やし、待機児童は12人から3人に減少しました。
    保育所の定員,,60,人,-
    待機児童,,12,人,-
    待機児童,,3,人,-
職員研修（全4回）を実施し、受講者の満足度は92.5％でした。
    職員研修,全,4,回,conducted
    受講者の満足度,,92.5,％,-
市内28校の小学校において、食育の授業を56回実施した。
    小学校,,28,校,-
    食育の授業,,56,回,conducted
就労相談会を2回、企業説明会を1回開催しました。
    就労相談会,,2,回,held
    企業説明会,,1,回,held
ごみの排出量は1人1日当たり780gとなりました。
    1人1日当たり,,780,g,-
相談件数は1,020件（前年度比8％増）でした。
    相談件数,,1020,件,-
    相談件数,前年度比,8,％,-
補助金の交付件数：15件
    補助金の交付件数,,15,件,-
券を1冊10,000円で30,000冊販売しました。
    券,,1,冊,-
    円,,10000,円,-
    販売,,30000,冊,sold
消防団員の充足率は、定員450人に対して412人です。
    定員,,450,人,-
    人,,412,人,-
132人の参加を得ました。
    参加,,132,人,participated
企業訪問を120社に対して実施し、12件の相談を受け付けました。
    企業訪問,,120,社,conducted
    相談,,12,件,received
"""
CASES = re.split(r"\n(?! )", SENTENCES.strip())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.split("\n")[0])
def test_what_was_counted(case: str) -> None:
    sentence, *expected = (piece.strip() for piece in case.split("\n"))
    report = Value(sentence, sentence, (Origin(1, 1, 0, len(sentence)),), Status.PRINTED)
    found = read_quantities(Reading(Document(Source("x", "0" * 64), sentence, "utf-8", ()), FORM), report)
    assert [
        ",".join((q.item, q.qualifier, str(q.value), q.unit, q.status_code.removeprefix("measure-"))) for q in found
    ] == [item.replace(",-", ",unspecified") for item in expected]
    assert all(quantity.evidence.value in sentence for quantity in found)
    assert all(str(quantity.value)[:1] in quantity.evidence.value for quantity in found)
