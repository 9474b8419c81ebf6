"""The lists that a new site begins with: words that mean the same, and sentences of need, by language."""

from pathlib import Path

from .models import NeedList, SameWords

SHIPPED = Path(__file__).resolve().parent / "shipped"


def shipped(name: str) -> dict[str, str]:
    """Return the text of each language in which a list is shipped."""
    return {
        path.stem.removeprefix(f"{name}-"): path.read_text(encoding="utf-8").strip()
        for path in sorted(SHIPPED.glob(f"{name}-*.txt"))
    }


def load() -> None:
    """Create the lists of the languages in which editors have none."""
    for language, words in shipped("same").items():
        SameWords.objects.get_or_create(language=language, defaults={"words": words})
    for language, sentences in shipped("need").items():
        NeedList.objects.get_or_create(language=language, defaults={"sentences": sentences})


def clear() -> dict[str, int]:
    """Delete with the demo the lists that nobody has changed; return how many there were."""
    same = [
        SameWords.objects.filter(language=key, words=text).delete()[0]
        for key, text in shipped("same").items()
    ]
    need = [
        NeedList.objects.filter(language=key, sentences=text).delete()[0]
        for key, text in shipped("need").items()
    ]
    return {"words that mean the same": sum(same), "sentences of need": sum(need)}
