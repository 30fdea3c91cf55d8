"""External lists as documents: CSV, GeoJSON, XML. Pure library layer."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

from fieldapp.forms.errors import DocumentError, FormError
from fieldapp.forms.tree import Document, Node, element, parse

MAX_BYTES: Final = 50 * 1024 * 1024
_NAME: Final = re.compile(r"^[^\W\d][\w.-]*$")


def read_list(name: str, content: bytes) -> Document:
    """A list as `root/item/…`, or an XML file as it is.

    Raises:
        FormError: attachment_malformed, attachment_too_large, with the file's name.
    """
    if len(content) > MAX_BYTES:
        raise FormError("attachment_too_large", file=name, size=len(content), limit=MAX_BYTES)
    suffix = name.rpartition(".")[2].lower()
    try:
        if suffix == "csv":
            return rows_document(_csv_rows(content))
        if suffix in ("geojson", "json"):
            return rows_document(_geojson_rows(content))
        return without_default_namespace(parse(content))
    except (DocumentError, ValueError, csv.Error) as error:
        raise FormError("attachment_malformed", file=name, reason=getattr(error, "code", "")) from error


def rows_document(rows: Iterable[Mapping[str, str]]) -> Document:
    """`root/item` with one child element for each column whose name XPath can say."""
    root = element("root")
    items: list[Node] = []
    usable: dict[str, bool] = {}
    for row in rows:
        item = element("item")
        children: list[Node] = []
        for column, value in row.items():
            if column not in usable:
                usable[column] = bool(_NAME.match(column))
            if usable[column]:
                child = element(column, value)
                child.parent = item
                children.append(child)
        item.children = children
        item.parent = root
        items.append(item)
    root.children = items
    return Document(root)


def without_default_namespace(document: Document) -> Document:
    """Names without prefix into no namespace, so that paths without prefixes find them."""
    for node in document.walk():
        if not node.prefix:
            node.namespace = ""
    return document


def _csv_rows(content: bytes) -> Iterable[dict[str, str]]:
    text = content.decode("utf-8-sig")
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
        if any(row.values()):
            yield {(column or "").strip(): value or "" for column, value in row.items() if column is not None}


def _geojson_rows(content: bytes) -> Iterable[dict[str, str]]:
    collection = json.loads(content)
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        raise ValueError("no feature collection")
    features = collection.get("features")
    if not isinstance(features, list):
        raise ValueError("no features")
    for feature in features:
        yield _feature_row(feature)


def _feature_row(feature: object) -> dict[str, str]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise ValueError("no feature")
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        raise ValueError("no properties")
    row = {"geometry": _geometry(feature.get("geometry"))}
    if "id" in feature:
        properties = {"id": feature["id"], **{name: properties[name] for name in properties if name != "id"}}
    return row | {str(name): _scalar(value) for name, value in properties.items()}


def _scalar(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _geometry(geometry: object) -> str:
    """ODK's text of a geometry: `latitude longitude altitude accuracy`, points divided by `;`."""
    if not isinstance(geometry, dict):
        return ""
    coordinates = geometry.get("coordinates")
    match geometry.get("type"):
        case "Point":
            points = [coordinates]
        case "LineString":
            points = coordinates if isinstance(coordinates, list) else []
        case "Polygon":
            points = coordinates[0] if isinstance(coordinates, list) and coordinates else []
        case _:
            raise ValueError("unsupported geometry")
    return "; ".join(_point(point) for point in points)


def _point(point: object) -> str:
    if not isinstance(point, list) or not 2 <= len(point) <= 3:
        raise ValueError("no position")
    if not all(isinstance(number, int | float) for number in point):
        raise ValueError("no position")
    altitude = point[2] if len(point) == 3 else 0
    return f"{point[1]} {point[0]} {altitude} 0"
