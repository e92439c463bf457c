"""How static files are served: under names made of their content, also where one script imports another."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Whitenoise's storage that renames imports between scripts too. Imports must be written in full, ended by a semicolon."""

    support_js_module_import_aggregation = True
