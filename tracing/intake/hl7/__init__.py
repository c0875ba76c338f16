"""HL7 v2 laboratory messages, versions 2.3 to 2.7, as they really come.

`split` cuts a stream of any size into messages; `read` reads one of them into the one shape. Pure: no Django, no clock.
What a sender says about its own encoding, version or totals is a hint; the bytes decide.
"""

from tracing.intake.hl7.reading import read
from tracing.intake.hl7.splitting import LIMIT, split

__all__ = ["LIMIT", "read", "split"]
