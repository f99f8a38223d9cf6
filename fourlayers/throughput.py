"""The public function `token_throughput`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from indicators.facts import Facts
    from layers.inference_cost.throughput import Phase, Throughput


def token_throughput(  # noqa: PLR0913 - every condition of a rate can be set
    model: str | Mapping[str, Any],
    system: str | Mapping[str, Any],
    phase: Phase = "decode",
    *,
    context: tuple[float, float] | None = None,
    held: float | None = None,
    precision: str | None = None,
    batch: float | None = None,
    latency: float | None = None,
    accelerators: int | None = None,
    layout: Literal["expert", "tensor"] | None = None,
    tokens_per_step: float = 1.0,
    kv_bytes: float | None = None,
    data: Iterable[str | Path] = (),
    facts: Facts | None = None,
) -> Throughput:
    """Tokens per second of an accelerator for a model on a system, with the 80 % range.

    Parameters
    ----------
    model, system : str or mapping
        Name (`fourlayers token-cost models` and `systems` list them), or the columns of a row of the tables
        `architectures` and `systems` for one of your own, as numbers or as texts of a CSV; what does not
        apply is left out or empty. `vendor` and `generation` of a system say whose software runs: without
        them it counts as new, with a range of two either way.
    phase : {"decode", "prefill", "aggregated"}
        Accelerators that only write, that only read, or that do both (as most published rates are taken).
    context : (float, float), optional
        Input and output tokens of a request; those of DeepSeek's own traffic by default.
    held : float, optional
        Tokens of context held per sequence while writing; input and half of the output by default.
    precision : {"bf16", "fp8", "int8", "fp4", "mxfp4", "int4"}, optional
        Or another name in use (fp16, nvfp4, awq); the fastest that the system runs by default.
    batch : float, optional
        Sequences per accelerator at most; as many as the memory holds (and no more than 1,408) by default.
    latency : float, optional
        Seconds that a user waits for a token at most; no limit by default.
    accelerators, layout : int, {"expert", "tensor"}, optional
        Accelerators that hold one copy of the model, with experts spread (expert parallel; attention is
        copied) or everything split (tensor parallel); the group with the highest rate by default.
    tokens_per_step : float
        Tokens gained per step; above 1 with drafted tokens.
    kv_bytes : float, optional
        Bytes per element of the context kept; those usual for the precision by default.
    data : iterable of str or Path
        Folders with `architectures.csv` or `systems.csv` of your own, whose names may then be asked for.
    facts : Facts, optional
        The shipped ones by default.

    Returns
    -------
    Throughput
        `tokens_per_second` (median) with `low` and `high`, the batch, the group, the share of the ideal
        rate that software keeps, and what about the case nobody has measured.

    Raises
    ------
    UsageError
        For unknown names and columns (with near ones), values that cannot be, a precision the system lacks, a
        model that does not fit, a latency that no batch meets: with what would work.
    DataError
        With every fault of the files of your own.

    Examples
    --------
    >>> import fourlayers
    >>> model = {"model": "Mixtral-8x7B", "attention": "GQA", "layers": 32, "hidden": 4096, "heads": 32}
    >>> model |= {"kv_heads": 8, "vocabulary": 32000, "experts_total": 8, "experts_active": 2}
    >>> model |= {"expert_ffn": 14336}
    >>> asked = {"precision": "fp8", "accelerators": 2, "layout": "tensor"}
    >>> found = fourlayers.token_throughput(model, "H100", "aggregated", context=(1000, 1000), **asked)
    >>> found.low < found.tokens_per_second < found.high
    True
    """
    from indicators.facts import load
    from layers.inference_cost.own import one_model, one_system, own_folders, with_folders
    from layers.inference_cost.prices_paid import book
    from layers.inference_cost.shelf import shelf
    from layers.inference_cost.throughput import Asked, throughput

    known = facts or load()
    held_ready = shelf(known)
    if data:
        held_ready, _ = with_folders(held_ready, book(known), known, own_folders(data))
    made = model if isinstance(model, str) else one_model(model, known)
    machine = system if isinstance(system, str) else one_system(system, held_ready, known)
    if context is None:
        work = book(known).work(next(iter(held_ready.models.values())))
        context = (work.input_tokens, work.output_tokens)
    asked = Asked(
        context=context,
        held=held,
        precision=precision,
        batch=batch,
        latency=latency,
        accelerators=accelerators,
        layout=layout,
        tokens_per_step=tokens_per_step,
        kv_bytes=kv_bytes,
    )
    return throughput(held_ready, made, machine, phase, asked)
