"""What the Hub refuses in a card's front matter: the rules of `validate-yaml` that concern us."""

from __future__ import annotations

from typing import Any

import yaml

# From the Hub's documentation of model, dataset and Space cards; of the licences those that people here use.
LICENCES = {
    "apache-2.0", "mit", "cc0-1.0", "cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "openrail",
    "bsd-3-clause", "gpl-3.0", "unknown", "other",
}  # fmt: skip
COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
SIZES = {"n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M"}


def check_card(content: str, kind: str) -> tuple[list[str], list[str]]:
    """Errors and warnings about the text of a README.md."""
    parts = content.replace("\r\n", "\n").split("---\n")
    if not content.startswith("---") or len(parts) < 3:
        return [], ["empty or missing yaml metadata in repo card"]
    try:
        data = yaml.safe_load(parts[1])
    except yaml.YAMLError as error:
        return [f"bad YAML: {error}"], []
    if not isinstance(data, dict):
        return ["the metadata is no mapping"], []
    errors = [f'"{key}" must not be null' for key, value in data.items() if value is None]
    if "license" in data and data["license"] not in LICENCES:
        errors.append(f'"license" must be one of [{", ".join(sorted(LICENCES))}]')
    if data.get("license") == "other" and not (data.get("license_name") and data.get("license_link")):
        errors.append('"license_name" and "license_link" are wanted beside "license: other"')
    if not all(isinstance(tag, str) for tag in data.get("tags", [])):
        errors.append('"tags" must be an array of strings')
    return errors + {"model": _model, "dataset": _dataset, "space": _space}[kind](data), []


def _model(data: dict[str, Any]) -> list[str]:
    errors = []
    if data.get("pipeline_tag", "image-classification") != "image-classification":
        errors.append('"pipeline_tag" is not that of a classifier')
    for entry in data.get("model-index", []):
        if not entry.get("name"):
            errors.append('"model-index[0].name" is required')
        for number, result in enumerate(entry.get("results", [])):
            where = f"model-index[0].results[{number}]"
            required = {"task": ["type"], "dataset": ["type", "name"]}
            errors += [
                f'"{where}.{part}.{key}" is required'
                for part, keys in required.items()
                for key in keys
                if not result.get(part, {}).get(key)
            ]
            errors += [
                f'"{where}.metrics" must have a type and a number'
                for metric in result.get("metrics") or [{}]
                if not metric.get("type") or not isinstance(metric.get("value"), (int, float))
            ]
    return errors


def _dataset(data: dict[str, Any]) -> list[str]:
    errors = [f"unknown size category {size}" for size in data.get("size_categories", []) if size not in SIZES]
    for config in data.get("configs", []):
        if not config.get("config_name") or not config.get("data_files"):
            errors.append('"configs" must have a config_name and data_files')
    return errors


def _space(data: dict[str, Any]) -> list[str]:
    errors = [f'"{key}" must be one of the colours' for key in ("colorFrom", "colorTo") if data.get(key) not in COLOURS]
    if data.get("sdk") not in {"gradio", "docker", "static"}:
        errors.append('"sdk" must be one of [gradio, docker, static]')
    if len(data.get("short_description", "")) > 60:
        errors.append('"short_description" must be at most 60 characters')
    return errors
