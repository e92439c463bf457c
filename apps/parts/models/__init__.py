"""What is made, and the files it came in as."""

from __future__ import annotations

from .checks import FindingAnswer, Preflight
from .parts import Part, PartRevision, RevisionFile
from .uploads import Upload, UploadPart

__all__ = ["FindingAnswer", "Part", "PartRevision", "Preflight", "RevisionFile", "Upload", "UploadPart"]
