"""The rows of a chart whose labels stand at the beginning: beside their marks, or above where they are long."""

from dataclasses import dataclass

from .canvas import LINE, LONGEST, Canvas, letters, room_for, shortened

LONGEST_BESIDE = 16  # letters
SPACE = 10  # px between rows


@dataclass(frozen=True, slots=True)
class Rows:
    """Where labels stand, and where each row's marks begin."""

    labels: tuple[str, ...]
    height: float  # px, of the marks of a row

    @property
    def are_above(self) -> bool:
        """Return whether labels stand above the marks."""
        return max(map(letters, self.labels)) > LONGEST_BESIDE

    @property
    def start(self) -> float:
        """Return where the room for marks begins."""
        return 0 if self.are_above else room_for(max(self.labels, key=letters)) + 0.03

    @property
    def step(self) -> float:
        """Return how far rows are apart, in px."""
        return self.height + SPACE + (LINE if self.are_above else 0)

    def draw(self, canvas: Canvas, top: float) -> list[float]:
        """Write the labels; return the height at which each row's marks begin."""
        tops = []
        for number, label in enumerate(self.labels):
            y = top + number * self.step + (LINE if self.are_above else 0)
            beside = y + self.height / 2 + 5
            canvas.words(0, y - 5 if self.are_above else beside, shortened(label, LONGEST), "label")
            tops.append(y)
        canvas.height = top + len(self.labels) * self.step
        return tops
