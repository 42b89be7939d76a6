"""Which policies a session has, in the order they are asked."""

from flux_tui.agent.policies.claims import Claims
from flux_tui.agent.policies.fitting import Fitting
from flux_tui.agent.policies.fruitless import Fruitless
from flux_tui.agent.policies.limits import Limits
from flux_tui.agent.policies.repeat_guard import RepeatGuard
from flux_tui.agent.policies.router import Router
from flux_tui.agent.policies.verification import Verification
from flux_tui.agent.turn import Policy


def policies(root: str) -> tuple[Policy, ...]:
    """`root`: the real path of the session's folder."""
    return (Limits(), Fitting(), RepeatGuard(root), Router(), Fruitless(), Verification(), Claims())
