"""Small matrices that were trained beside the layers of a model (LoRA, Hu et al. 2021, arXiv 2106.09685).

The package ``peft`` writes an adapter as a folder with ``adapter_config.json`` and ``adapter_model.safetensors``.
Its matrices are added to the layers when the model is loaded, so that the model runs as fast as before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from silverner.projection.errors import DataError, UsageError
from silverner.projection.neural.model_files import adapter_files, adapter_signature
from silverner.projection.neural.unsafe_model import refuse_foreign_files
from silverner.projection.parsing import read_json
from silverner.projection.registry import require_package


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """An adapter of a model.

    :param name: A folder, or an id on the Hub.
    :param revision: For an id: branch, tag or commit.
    """

    name: str
    revision: str | None = None

    def settings(self) -> Mapping[str, object]:
        """Return the hash of its files, or the commit of an id."""
        return {"adapter": adapter_signature(self.name, revision=self.revision)}

    def check(self) -> None:
        """Check that the package and the files are there, and that the adapter is one of LoRA.

        :raises MissingEngineError: when the package is missing.
        :raises MissingFileError: when a file is missing.
        :raises DataError: when the adapter is of another kind.
        """
        require_package("peft", "lora")
        self._files()

    def add_to(self, model: Any) -> None:
        """Add the matrices to the layers of a model.

        :param model: A model of ``transformers``. Of an encoder-decoder, the matrices can be those of its encoder.
        :raises UsageError: when the model does not have all layers that the matrices belong to.
        """
        from peft import PeftConfig, inject_adapter_in_model, set_peft_model_state_dict
        from safetensors.torch import load_file

        config_file, weights_file = self._files()
        matrices = {name.removeprefix("base_model.model."): one for name, one in load_file(weights_file).items()}
        part, matrices = self._part(model, matrices)
        inject_adapter_in_model(PeftConfig.from_pretrained(str(config_file.parent)), part)
        expected = {name.replace(".default.", ".") for name, _ in part.named_parameters() if ".lora_" in name}
        if expected != set(matrices):
            first = min(expected ^ set(matrices))
            raise UsageError(f"the adapter {self.name!r} does not fit the model: {first} is only in one of the two")
        set_peft_model_state_dict(part, matrices)
        merge_adapters(part)

    def _files(self) -> tuple[Path, Path]:
        """Find both files, and check what they are."""
        if Path(self.name).is_dir():
            refuse_foreign_files(self.name, Path(self.name))
        config_file, weights_file = adapter_files(self.name, revision=self.revision)
        config = read_json(config_file)
        kind = config.get("peft_type") if isinstance(config, dict) else config
        if kind != "LORA":
            raise DataError(f"the adapter {self.name!r} is of the kind {kind!r:.80}; allowed: LORA")
        return config_file, weights_file

    def _part(self, model: Any, matrices: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Find the part of a model that the matrices were trained beside, and their names in it."""
        parts = [model, *([model.get_encoder()] if model.config.is_encoder_decoder else [])]
        for part in parts:
            layers = {name for name, _ in part.named_modules()}
            for prefix in ("", f"{model.base_model_prefix}."):
                renamed = {name.removeprefix(prefix): one for name, one in matrices.items()}
                if matrices and all(name.partition(".lora_")[0] in layers for name in renamed):
                    return part, renamed
        layer = next(iter(matrices), "").partition(".lora_")[0]
        raise UsageError(
            f"the adapter {self.name!r} was not trained for this model: it changes the layer {layer!r}, which a "
            f"{model.config.model_type} of this size does not have"
        )


def merge_adapters(model: Any) -> None:
    """Add the small matrices in a model to their layers, and take them out.

    :param model: A model with matrices of ``peft`` beside its layers.
    """
    from peft.tuners.tuners_utils import BaseTunerLayer

    for name, module in list(model.named_modules()):
        if isinstance(module, BaseTunerLayer):
            module.merge(safe_merge=True)
            model.set_submodule(name, module.get_base_layer())
