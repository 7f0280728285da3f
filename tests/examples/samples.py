"""The bundled pipelines' folders, their generators, and what those make."""

import importlib.util
from pathlib import Path
from types import ModuleType

EXAMPLES = Path(__file__).resolve().parents[2] / "src" / "headgate" / "examples"
ROW_PIPELINES = ("smartphone_sales", "health_metrics", "orders", "stocks")


def generator(pipeline: str) -> ModuleType:
    """The pipeline's generate.py, which lies outside every package."""
    place = EXAMPLES / pipeline / "generate.py"
    spec = importlib.util.spec_from_file_location(f"generate_{pipeline}", place)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def made_samples(pipeline: str) -> dict[str, bytes]:
    """Name and content of each sample, as the generator makes it now."""
    module = generator(pipeline)
    if pipeline == "file_intake":
        return dict(module.make(**module.SAMPLE))
    return {name: b"".join(module.make(**given)) for name, given in module.SAMPLES.items()}


def committed_samples(pipeline: str) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (EXAMPLES / pipeline / "samples").iterdir()}
