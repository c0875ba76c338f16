"""What a service needs to know of us. Read from the environment by `config`."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class VoiceAccount:
    """An account with Twilio. `shown`: the number that people see, in E.164; `seconds`: how long one answer may take."""

    account: str
    token: str = field(repr=False)
    shown: str
    address: str = "https://api.twilio.com"
    seconds: int = 10
