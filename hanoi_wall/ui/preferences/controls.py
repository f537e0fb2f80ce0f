"""The rows of the settings window: one for each rule of the schema, one for each action."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from hanoi_wall.assets import LANGUAGES, Words, words
from hanoi_wall.operations import setting_words
from hanoi_wall.operations.actions import action
from hanoi_wall.operations.key_choice import FIXED, KeyProblem, key_text
from hanoi_wall.operations.preferences import Preferences
from hanoi_wall.settings.schema import AT_ONCE, RULES, Settings
from hanoi_wall.ui.keymap import key_of

_TEXT_WIDTH, _NUMBER_WIDTH = 480, 140


def label(tone: str, *, wraps: bool = False) -> QLabel:
    """A label in one of the tones of the style sheet."""
    made = QLabel()
    made.setProperty("tone", tone)
    made.setWordWrap(wraps)
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made


def toned(shown: QLabel, tone: str) -> None:
    """Give a label another tone."""
    if shown.property("tone") != tone:
        shown.setProperty("tone", tone)
        shown.style().unpolish(shown)
        shown.style().polish(shown)


class Segments(QWidget):
    """A few choices beside each other, one of them taken; arrows go from one to the next. Main thread."""

    chosen = Signal(object)

    def __init__(self, values: tuple[object, ...]) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self.buttons: dict[object, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for number, value in enumerate(values):
            button = self.buttons[value] = QPushButton()
            button.setCheckable(True)
            button.setProperty("segment", True)
            button.setAutoDefault(False)
            self._group.addButton(button, number)
            row.addWidget(button)
        row.addStretch()
        self._group.idClicked.connect(lambda number: self.chosen.emit(values[number]))
        self.setFocusProxy(next(iter(self.buttons.values())))

    def show_value(self, value: object, texts: dict[object, str], name: str) -> None:
        """Mark the value that is true; what each is called."""
        for each, button in self.buttons.items():
            button.setText(texts[each])
            button.setAccessibleName(f"{name}: {texts[each]}")
        self.buttons[value].setChecked(True)
        self.setFocusProxy(self.buttons[value])


class Row(QWidget):
    """Name, explanation, control, and what is to be said of it. Main thread."""

    def __init__(self, called: str) -> None:
        """called: the word that names it in every language."""
        super().__init__()
        self.called = called
        self.name, self.text = label("name", wraps=True), label("quiet", wraps=True)
        self.note = label("quiet", wraps=True)
        self.reset = QPushButton()
        self.reset.setAutoDefault(False)
        # There only for what is not as the program has it, without moving what stands beside it.
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(4, 8, 8, 0)
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(4)
        self._line = QFrame()
        self._line.setProperty("line", True)

    def _end(self, row: int, columns: int) -> None:
        """What every row ends with: the note, and the line to the next one."""
        self.grid.addWidget(self.note, row, 0, 1, columns)
        self.grid.addWidget(self._line, row + 1, 0, 1, columns)

    def _offer_reset(self, offered: bool, instead: QWidget) -> None:
        """Show the way back to the program's own, or not; who stood on it then stands beside it."""
        if self.reset.hasFocus() and not offered:
            instead.setFocus()
        self.reset.setVisible(offered)

    def texts(self) -> tuple[str, ...]:
        """What a search looks through: who cannot read the wall's language finds the way to another."""
        return self.name.text(), self.text.text(), *(words(language)(self.called) for language in LANGUAGES)

    def speak(self, words: Words) -> None:
        """Say everything in these words, as things are now. To be filled in."""
        raise NotImplementedError


class SettingRow(Row):
    """One setting of the schema. Main thread."""

    def __init__(self, key: str, preferences: Preferences) -> None:
        super().__init__(f"setting.{key}")
        self.key, self.rule = key, RULES[key]
        self._preferences = preferences
        self._words: Words | None = None
        self.segments: Segments | None = None
        self.line: QLineEdit | None = None
        if self.rule.choices or self.rule.kind is bool:
            self.segments = Segments(self.rule.choices or (True, False))
            self.segments.chosen.connect(self._take)
            self._stand(self.segments)
        else:
            self.line = QLineEdit()
            self.line.setMaximumWidth(_TEXT_WIDTH if self.rule.kind is str else _NUMBER_WIDTH)
            self.line.textEdited.connect(lambda text: self._judge())
            self.line.editingFinished.connect(self.finish)
            self._stand(self.line)
        self.reset.clicked.connect(lambda: self._take(getattr(Settings(), key)))

    def _stand(self, control: QWidget) -> None:
        self.control = control
        self.grid.addWidget(self.name, 0, 0, 1, 2)
        self.grid.addWidget(self.text, 1, 0, 1, 2)
        self.grid.addWidget(control, 2, 0)
        self.grid.addWidget(self.reset, 2, 1)
        self.grid.setColumnStretch(0, 1)
        self._end(3, 2)

    @property
    def value(self) -> Any:
        """What is true now."""
        return getattr(self._preferences.settings, self.key)

    def _take(self, value: object) -> None:
        self._preferences.set(self.key, value)
        if self._words is not None:
            self.speak(self._words)

    def _judge(self) -> object | None:
        """The value that is typed, None while it cannot stand; says so in the rule's own words."""
        assert self.line is not None and self._words is not None
        value = setting_words.typed(self.rule, self.line.text())
        self.line.setProperty("wrong", value is None)
        self.line.style().unpolish(self.line)
        self.line.style().polish(self.line)
        if value is None:
            expected = setting_words.expected(self.rule, self._words)
            toned(self.note, "alarm")
            self.note.setText("⚠ " + self._words("prefs.expected", expected=expected))
        else:
            self._say_note(self._words)
        return value

    def finish(self) -> None:
        """Take what is typed, if it can stand and is another; what cannot gives way to what is true."""
        if self.line is None or not self.line.isModified():
            return
        value = self._judge()
        if value is not None:
            self.line.setModified(False)
            self._take(value)

    def _say_note(self, words: Words) -> None:
        default = setting_words.shown(self.key, getattr(Settings(), self.key), words)
        said = words("prefs.default", value=default)
        if self.key not in AT_ONCE:
            said += " · " + words("prefs.next_start")
        toned(self.note, "quiet")
        self.note.setText(said)

    def speak(self, words: Words) -> None:
        """Say everything in these words, as the setting is now."""
        self._words = words
        name = setting_words.name(self.key, words)
        self.name.setText(name)
        self.text.setText(setting_words.help_of(self.key, words))
        self.reset.setText(words("prefs.reset"))
        self.reset.setAccessibleName(words("prefs.reset_of", name=name))
        self._offer_reset(self.value != getattr(Settings(), self.key), self.control)
        self._say_note(words)
        if self.segments is not None:
            texts = {each: setting_words.shown(self.key, each, words) for each in self.segments.buttons}
            self.segments.show_value(self.value, texts, name)
        elif self.line is not None:
            if self.line.isModified() and self._judge() is None:
                return
            shown = "" if self.value == "" else setting_words.shown(self.key, self.value, words)
            if self.line.text() != shown:
                self.line.setText(shown)
            self.line.setAccessibleName(name)
            self.line.setAccessibleDescription(self.text.text())


class KeyRow(Row):
    """One action and its keys; the next key pressed becomes its own. Main thread."""

    def __init__(self, identity: str, preferences: Preferences, program: tuple[str, ...]) -> None:
        """program: the keys that the program gives it."""
        super().__init__(f"action.{identity}")
        self.identity, self._program = identity, program
        self._preferences = preferences
        self._words: Words | None = None
        self.recording = False
        self.shown = label("key")
        self.change = QPushButton()
        self.change.setAutoDefault(False)
        self.change.clicked.connect(self._record)
        self.change.installEventFilter(self)
        for column, part in enumerate((self.name, self.shown, self.change, self.reset)):
            self.grid.addWidget(part, 0, column)
        self.grid.setColumnStretch(0, 1)
        self._end(1, 4)
        policy = self.change.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.change.setSizePolicy(policy)
        self.reset.clicked.connect(lambda: self._take(None))
        self.change.setVisible(identity not in FIXED)

    def _record(self) -> None:
        self.recording = True
        self._say()

    def _take(self, keys: tuple[str, ...] | None) -> None:
        problem = self._preferences.set_keys(self.identity, keys)
        self._say()
        if problem is not None:
            self._complain(problem)

    def _complain(self, problem: KeyProblem) -> None:
        assert self._words is not None
        words = self._words
        other = words(action(problem.other).words) if problem.other else ""
        said = words(f"keyfault.{problem.fault}", pressed=key_text(problem.key), other=other)
        toned(self.note, "alarm")
        self.note.setText("⚠ " + said)
        self.note.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While it records, a key is not pressed but taken; Esc leaves things as they are."""
        if self.recording and isinstance(event, QFocusEvent) and event.type() is QEvent.Type.FocusOut:
            self.recording = False
            self._say()
        if not self.recording or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if event.type() is QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.recording = False
                self._say()
                return True
            key = key_of(event)
            if key is not None:
                self.recording = False
                self._take((key,))
        return True

    def _say(self) -> None:
        if self._words is not None:
            self.speak(self._words)

    def speak(self, words: Words) -> None:
        """Say everything in these words, as the keys are now."""
        self._words = words
        keys = self._preferences.keys.keys[self.identity]
        name = words(f"action.{self.identity}")
        self.name.setText(name)
        self.change.setText(words("prefs.change"))
        self.change.setAccessibleName(words("prefs.change_of", name=name))
        self.reset.setText(words("prefs.reset"))
        self.reset.setAccessibleName(words("prefs.reset_of", name=name))
        self._offer_reset(keys != self._program, self.change)
        shown = "   ".join(dict.fromkeys(map(key_text, keys))) or words("prefs.no_key")
        toned(self.shown, "press" if self.recording else "key")
        self.shown.setText("…" if self.recording else shown)
        program = "   ".join(dict.fromkeys(map(key_text, self._program)))
        toned(self.note, "quiet")
        said = words("prefs.default", value=program) if keys != self._program else ""
        self.note.setText(words("prefs.press") if self.recording else said)
        self.note.setVisible(bool(self.note.text()))
