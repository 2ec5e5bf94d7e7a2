"""The tabs of the desk, one module each, in the order of `rules/tabs.yaml`; `search_app` assembles them."""

from __future__ import annotations

import inspect
from importlib import import_module

from kg.errors import RuleError
from kg.web.desk.tabs.tab import Tab
from kg.web.wording import tab_names


def tab_kinds() -> tuple[type[Tab], ...]:
    """Return the class of each tab, which is the one in the module of the tab's name."""
    return tuple(_kind(name) for name in tab_names())


def _kind(name: str) -> type[Tab]:
    try:
        module = import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        raise RuleError("tabs.yaml", f"there is no tab {name}", f"write kg/web/desk/tabs/{name}.py") from error
    for _, kind in inspect.getmembers(module, inspect.isclass):
        if issubclass(kind, Tab) and kind.__module__ == module.__name__ and kind.name == name:
            return kind
    raise RuleError(f"{name}.py", f"it has no Tab whose name is {name}", "write one")
