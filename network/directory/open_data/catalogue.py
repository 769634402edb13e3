"""The datasets for other catalogues: DCAT-AP in JSON-LD, titles in three languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.utils import translation

from network.directory.open_data.datasets import Dataset, Text

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
MEDIA_TYPES = "http://www.iana.org/assignments/media-types/"

Absolute = Callable[[str], str]


def catalogue(network: str, url: str, datasets: Iterable[Dataset], absolute: Absolute) -> dict[str, Any]:
    """`absolute` makes a whole address of a path of this site."""
    publisher = {"@type": "foaf:Organization", "foaf:name": network}
    return {
        "@context": CONTEXT,
        "@id": url,
        "@type": "dcat:Catalog",
        "dct:title": network,
        "dct:description": network,
        "dct:publisher": publisher,
        "dct:language": [code for code, _name in settings.LANGUAGES],
        "dcat:dataset": [_dataset(one, url, publisher, absolute) for one in datasets],
    }


def _dataset(one: Dataset, url: str, publisher: dict[str, str], absolute: Absolute) -> dict[str, Any]:
    said: dict[str, Any] = {
        "@id": f"{url}#{one.name}",
        "@type": "dcat:Dataset",
        "dct:identifier": one.name,
        "dct:title": _spoken(one.title),
        "dct:description": _spoken(one.description),
        "dct:publisher": publisher,
        "owl:versionInfo": one.version,
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:title": _spoken(file.note) if file.note else one.name,
                "dct:format": file.format,
                "dcat:mediaType": {"@id": MEDIA_TYPES + file.content_type.split(";")[0]},
                "dcat:accessURL": {"@id": absolute(file.url)},
                "dcat:downloadURL": {"@id": absolute(file.url)},
                "dct:license": {"@id": one.licence.url},
            }
            for file in one.distributions
        ],
    }
    if one.changed_on:
        said["dct:modified"] = {"@type": "xsd:date", "@value": one.changed_on.isoformat()}
    if one.schema_url:
        said["dct:conformsTo"] = {
            "@id": absolute(one.schema_url),
            "@type": "dct:Standard",
            "dct:title": one.schema,
        }
    if one.edition:
        said["dct:temporal"] = one.edition
    return said


def _spoken(text: Text) -> list[dict[str, str]]:
    told = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            told.append({"@language": code, "@value": str(text)})
    return told
