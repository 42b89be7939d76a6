"""How hard the model is to think: by the role it has, else as the settings say for all."""

from flux_tui.agent.room import Room


def effort(room: Room) -> str:
    """A level, "" = the model's own default."""
    assert room.provider is not None
    settings, origin = room.settings, room.provider.origin
    roles = settings.roles
    spec = f"{origin.provider}:{origin.model}"
    by_role = (
        (roles.strong, roles.strong_effort),
        (roles.everyday, roles.everyday_effort),
        (roles.cheap, roles.cheap_effort),
    )
    return next((level for model, level in by_role if level and model == spec), settings.effort)
