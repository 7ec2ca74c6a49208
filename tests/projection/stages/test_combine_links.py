from __future__ import annotations

from silverner.projection.chain import FittingStage
from silverner.projection.chain.stage import is_repeatable
from silverner.projection.stages import Align, AlignEach, CombineLinks, member_stage
from tests.projection.stages.helpers import check_types
from tests.projection.stages.test_align import Fixed, Soft

BATCH = {
    "links.forward.encoder": ["0-0:0.5 1-1:0.75", ""],
    "links.reverse.encoder": ["0-0:0.5 1-1:0.75", ""],
    "links.forward.files": ["0-0 2-2", "0-0"],
    "links.reverse.files": ["2-2", ""],
}


def test_links_are_combined_sentence_by_sentence() -> None:
    stage = CombineLinks(["encoder", "files"])
    assert stage.inputs == tuple(BATCH)
    output = stage.apply(BATCH)
    check_types(stage, output)
    assert output == {
        "links.forward": [f"0-0:{2 / 3!r} 1-1:0.75 2-2", ""],
        "links.reverse": [f"0-0:{2 / 3!r}", ""],
    }


def test_an_empty_batch_has_no_links() -> None:
    assert CombineLinks(["a", "b"]).apply(
        {f"links.{side}.{name}": [] for side in ("forward", "reverse") for name in "ab"}
    ) == {
        "links.forward": [],
        "links.reverse": [],
    }


def test_links_to_words_become_links_to_their_tokens_where_others_link_tokens() -> None:
    stage = CombineLinks(["encoder", "files"], of_words=["encoder"])
    assert stage.inputs[-1] == "target.ends"
    batch = {
        "links.forward.encoder": ["0-0:0.5 1-1:0.5"],
        "links.reverse.encoder": ["0-0:0.5 1-1:0.5"],
        "links.forward.files": ["0-1:0.5 1-2:0.5"],
        "links.reverse.files": ["0-1:0.5 1-2:0.5"],
        "target.ends": [[2, 3]],
    }
    assert stage.apply(batch) == {
        "links.forward": ["0-0:0.5 0-1:0.5 1-2:0.5"],
        "links.reverse": ["0-1:0.5 1-2:0.5"],
    }
    assert stage.settings() != CombineLinks(["encoder", "files"]).settings()


def test_soft_links_are_the_mean_of_the_aligners_that_have_them() -> None:
    one, two = (member_stage(AlignEach(Soft([])), name) for name in ("one", "two"))
    stage = CombineLinks(["one", "files", "two"], with_soft_links=["one", "two"])
    files = [column for column in stage.inputs if column.endswith(".files")]
    assert stage.inputs == (*one.outputs, *files, *two.outputs)
    assert files == ["links.forward.files", "links.reverse.files"]
    batch = {column: [""] for column in stage.inputs}
    batch["links.soft_forward.one"], batch["links.soft_forward.two"] = ["0-0:0.5 1-1:0.25"], ["0-0 2-1:0.5"]
    batch["links.soft_reverse.two"] = ["0-1:0.75"]
    output = stage.apply(batch)
    check_types(stage, output)
    assert output == {
        "links.forward": [""],
        "links.reverse": [""],
        "links.soft_forward": ["0-0:0.75 1-1:0.125 2-1:0.25"],
        "links.soft_reverse": ["0-1:0.375"],
    }


def test_soft_links_to_words_become_soft_links_to_their_tokens() -> None:
    stage = CombineLinks(["encoder", "files"], of_words=["encoder"], with_soft_links=["encoder"])
    batch = {column: [""] for column in stage.inputs} | {"target.ends": [[2, 3]]}
    batch["links.soft_forward.encoder"] = ["0-0:0.5"]
    assert stage.apply(batch)["links.soft_forward"] == ["0-0:0.5 0-1:0.5"]


def test_the_stage_of_one_aligner_among_several_has_a_name_and_columns_of_its_own() -> None:
    learns, each = member_stage(Align(Fixed([])), "files"), member_stage(AlignEach(Fixed([])), "encoder")
    assert (learns.name, each.name) == ("align.files", "align.encoder")
    assert (*each.outputs, *learns.outputs) == tuple(BATCH)
    assert isinstance(learns, FittingStage)
    assert not isinstance(each, FittingStage)
    assert not is_repeatable(learns)
