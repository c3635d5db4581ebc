"""The application that is served has every guarded route: one that only a test composes is one that nobody reaches."""

from __future__ import annotations

from pathlib import Path

import pars.edge


def test_every_module_with_guarded_routes_is_served() -> None:
    source = (Path(pars.edge.__file__).parents[1] / "config" / "asgi.py").read_text()
    edge = Path(pars.edge.__file__).parent
    held = [
        ".".join(("pars.edge", *path.relative_to(edge).with_suffix("").parts))
        for path in sorted(edge.rglob("*.py"))
        if any(line.startswith("ROUTES") for line in path.read_text().splitlines())
    ]
    assert held, "no module of the edge has guarded routes"
    for name in held:
        assert f'"{name}"' in source, f"{name} has routes that the server doesn't serve"
