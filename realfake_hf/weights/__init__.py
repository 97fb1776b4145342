"""The models inside the package: one folder each, in Transformers' format; `default.txt` names the default."""

from __future__ import annotations

from pathlib import Path

from realfake_hf.errors import RealFakeError

WEIGHTS_FOLDER = Path(__file__).resolve().parent
DEFAULT_FILE = "default.txt"


def embedded_models(folder: Path = WEIGHTS_FOLDER) -> list[str]:
    """Names of the embedded models, the default first."""
    names = sorted(config.parent.name for config in folder.glob("*/config.json"))
    default_file = folder / DEFAULT_FILE
    default = default_file.read_text(encoding="utf-8").strip() if default_file.is_file() else ""
    return sorted(names, key=lambda name: name != default)


def embedded_model(name: str | None = None) -> str:
    """The path of an embedded model's folder, as Transformers takes it.

        pipeline("image-classification", model=realfake_hf.embedded_model())

    Args:
        name: of `realfake info`, as `efficientnet-lite2`; by default the default model's.

    Raises:
        RealFakeError: there is no such model in this installation.
    """
    return str(embedded_model_path(name))


def embedded_model_path(name: str | None = None, *, folder: Path = WEIGHTS_FOLDER) -> Path:
    """The folder of an embedded model, by default of the default one.

    Raises:
        RealFakeError: there is no such model in this installation.
    """
    names = embedded_models(folder)
    if not names:
        raise RealFakeError("This installation holds no embedded model: name a model's folder or Hub id.")
    if name is not None and name not in names:
        raise RealFakeError(f"There is no embedded model {name!r}: choose from {', '.join(names)}.")
    return folder / (name or names[0])
