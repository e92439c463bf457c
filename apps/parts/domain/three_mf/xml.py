"""XML read in a stream, without document types and entities: what a 3MF may not have and only an attack needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.parsers import expat

from apps.parts.domain.problem import Unusable

Attributes = dict[str, str]
SEPARATOR = " "


def parse(
    chunks: Iterable[bytes],
    *,
    begin: Callable[[str, Attributes], None],
    end: Callable[[str], None] = lambda _name: None,
    namespace: Callable[[str | None, str], None] = lambda _prefix, _uri: None,
) -> None:
    """Parse ``chunks``; call back with names spelt ``namespace name``.

    Raises:
        Unusable: ``xml-unsafe`` for a document type or an entity, ``xml-broken`` for anything that is no XML.
    """
    parser = expat.ParserCreate(namespace_separator=SEPARATOR)
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.StartNamespaceDeclHandler = namespace
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.UnparsedEntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError):  # the latter for encodings nobody has
        raise Unusable("xml-broken") from None


def _refuse(*_anything: object) -> int:
    raise Unusable("xml-unsafe")
