"""Answers for each line of SDDL what Samba makes of it: JSON with its bytes and its own text, or its error."""

import json
import sys

from samba.dcerpc import security
from samba.ndr import ndr_pack

DOMAIN = security.dom_sid("S-1-5-21-1-2-3")


def answer(text):
    try:
        descriptor = security.descriptor.from_sddl(text, DOMAIN)
    except Exception as error:
        return {"error": str(error)}
    return {"bytes": ndr_pack(descriptor).hex(), "text": descriptor.as_sddl(DOMAIN)}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
