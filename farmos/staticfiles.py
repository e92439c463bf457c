"""Static files under names that change with their content, JavaScript modules included."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which also rewrites ``import`` in modules: only the hashed names are served."""

    support_js_module_import_aggregation = True
