"""Publication in a CKAN: what its entry of a data set should be, what it is, and how to get from one to the other.

client.py   CKAN's action API over HTTP: time limits, repetition, every error in words
package.py  a data set of our catalogue as CKAN's fields
plan.py     what differs between the fields wanted and those that are live
push.py     carries the differences out, one data set at a time

Every step looks at what is there before it changes anything. So a run that was cut off is finished by the next one, and
a run with nothing to do changes nothing.
"""

from lod.catalog.ckan.client import Ckan
from lod.catalog.ckan.plan import Change, Plan
from lod.catalog.ckan.push import Options, Push

__all__ = ["Change", "Ckan", "Options", "Plan", "Push"]
