"""The keys that a panel knows while it has the focus."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.shortcuts import Group


def panel_keys() -> list[Group]:
    """By panel, in the language of the moment."""
    translate = QCoreApplication.translate
    prompt = translate("keys", "In the prompt")
    sheet = translate("keys", "In the sheet of heads")
    head = translate("keys", "In the large head")
    predictions = translate("keys", "In predictions and candidates")
    strip = translate("keys", "In the row of tokens")
    matrix = translate("keys", "In grids, bars and curves")
    lines = translate("keys", "On the page Lines")
    arithmetic = translate("keys", "On the page Arithmetic")
    weights = translate("keys", "On the page Weights")
    beside = translate("keys", "On the page Side by side")
    readings = translate("keys", "In the table of readings")
    space, enter = translate("keys", "Space"), translate("keys", "Enter")
    lecture = translate("keys", "In a lecture, and before an audience")
    time = translate("keys", "In the timeline and the plot of a run")
    return [
        (translate("keys", "Everywhere"), [
            (translate("keys", "Next part of the window, or the one before"), "Tab, Shift+Tab"),
            (translate("keys", "To the menus; their letters are underlined"), "Alt"),
            (translate("keys", "Close the help of a panel, or a dialog"), "Esc"),
        ]),
        (prompt, [
            (translate("keys", "Leave the prompt"), "Tab"),
            (translate("keys", "New line"), enter),
        ]),
        (strip, [
            (translate("keys", "Next token, or the one before"), "→, ←"),
            (translate("keys", "First token, last token"), "Home, End"),
            (translate("keys", "Mask the token, or show it"), translate("keys", "Space, Enter")),
        ]),
        (sheet, [
            (translate("keys", "Pin the next head"), "← → ↑ ↓"),
            (translate("keys", "First head, last head of the layer"), "Home, End"),
            (translate("keys", "Let the head go"), "Esc"),
        ]),
        (head, [
            (translate("keys", "Hold the next cell"), "← → ↑ ↓"),
            (translate("keys", "Ten at a time"), translate("keys", "Ctrl and an arrow key")),
            (translate("keys", "Ten queries back, or on"), "PageUp, PageDown"),
            (translate("keys", "First key, last key"), "Home, End"),
            (translate("keys", "Let the cell go"), "Esc"),
        ]),
        (predictions, [
            (translate("keys", "Choose a token"), "↑ ↓"),
            (translate("keys", "Add it to the prompt"), enter),
        ]),
        (matrix, [
            (translate("keys", "Read the next cell, bar or place"), "← → ↑ ↓"),
            (translate("keys", "Ten at a time"), translate("keys", "Ctrl and an arrow key")),
            (translate("keys", "First, last"), "Home, End"),
            (translate("keys", "Hold the cell"), enter),
        ]),
        (lines, [
            (translate("keys", "Heads: next head, or the one before"), "← → ↑ ↓"),
            (translate("keys", "Heads: show its lines, or hide them"), space),
            (translate("keys", "Heads: pin the head"), enter),
            (translate("keys", "Tokens: next token, or the one before"), "↑ ↓, ← →"),
            (translate("keys", "Columns: who looks, what is looked at"), "←, →"),
            (translate("keys", "Text: who looks, or what is looked at"), space),
        ]),
        (arithmetic, [
            (translate("keys", "Next step, or the one before"), "→, ←"),
            (translate("keys", "First step, last step"), "Home, End"),
        ]),
        (weights, [
            (translate("keys", "Choose the matrix"), "Q, K, V, O, R, 1, 2, G, N, M, E"),
            (translate("keys", "Move the number that is held"), "← → ↑ ↓"),
            (translate("keys", "Let the number go"), "Backspace"),
        ]),
        (beside, [
            (translate("keys", "Read the next cell, or the next head where all are shown"),
             "← → ↑ ↓"),
            (translate("keys", "Hold the cell; show the head large"), enter),
            (translate("keys", "Hide the word that looks, or show it again"), space),
        ]),
        (readings, [
            (translate("keys", "Next head, next reading"), "↑ ↓, ← →"),
            (translate("keys", "Sort by the column"), space),
            (translate("keys", "Pin the head"), enter),
        ]),
        (time, [
            (translate("keys", "Next kept step, or the one before"), "→, ←"),
            (translate("keys", "Ten kept steps"), "PageUp, PageDown"),
            (translate("keys", "First step, newest step"), "Home, End"),
        ]),
        (lecture, [
            (translate("keys", "Next scene, scene before; from the prompt too"),
             "PageDown, PageUp"),
            (translate("keys", "Likewise, while the words have the focus"),
             translate("keys", "Space, Backspace; →, ←")),
            (translate("keys", "First scene, last scene"), "Home, End"),
            (translate("keys", "Scene of this number"), translate("keys", "digits, then Enter")),
            (translate("keys", "List of all scenes; pointer"), "G; P"),
            (translate("keys", "Black screen; any key brings the picture back"), "B, ."),
            (translate("keys", "Leave the full screen"), "Esc, F5"),
        ]),
    ]
