"""Writing small XML documents as nested pairs, in the order in which they stand."""

from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree as ET

Node = tuple[Any, ...]


def grow(parent: ET.Element, nodes: Iterable[Node | None], namespace: str = "") -> None:
    """Add nodes to an element: (name, text or nodes, attributes).

    A node that is None is left out, and so is one whose text is empty: an element without
    content is refused by the schemas that this is for.
    """
    for node in nodes:
        if node is None:
            continue
        name, content = node[0], node[1]
        attributes = node[2] if len(node) > 2 else {}
        if content is None or content == "":
            continue
        named = f"{{{namespace}}}{name}" if namespace and name[0] != "{" else name
        made = ET.SubElement(parent, named, attributes)
        if isinstance(content, str):
            made.text = content
        else:
            grow(made, content, namespace)


def written(root: ET.Element) -> str:
    """Return a document as text, indented, with its declaration."""
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")
