// CodeMirror's parts for SPARQL → window.HkEditor: an editor that stands for a text box and keeps its text in it.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentOnInput, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { EditorState } from "@codemirror/state";
import {
  drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

const KEYWORDS = (
  "ASK BASE BIND BY CONSTRUCT COUNT DESCRIBE DISTINCT EXISTS FILTER GROUP HAVING LIMIT MINUS NOT OFFSET OPTIONAL ORDER "
  + "PREFIX REDUCED SELECT UNION VALUES WHERE BOUND CONTAINS LANG REGEX STR STRSTARTS GROUP_CONCAT SAMPLE MIN MAX SUM AVG"
).split(" ").map((label) => ({ label, type: "keyword" }));

// what can be written: keywords, the prefixes, the terms of the graph, and the variables that stand there already
const complete = (words) => (context) => {
  const word = context.matchBefore(/[?$]?[\w:]+/);
  if (!word || (word.from === word.to && !context.explicit)) return null;
  if (/^[?$]/.test(word.text)) {
    const names = new Set(context.state.doc.toString().match(/[?$]\w+/g) ?? []);
    names.delete(word.text);
    return { from: word.from, options: [...names].map((label) => ({ label, type: "variable" })) };
  }
  return { from: word.from, options: [...KEYWORDS, ...words], validFor: /^[\w:]*$/ };
};

window.HkEditor = {
  /** Put an editor into *parent*. `changed` gets every new text, `run` is called on Shift+Enter and Ctrl+Enter. */
  open(parent, { text, label, words, changed, run }) {
    const ran = () => { run(); return true; };
    const view = new EditorView({
      parent,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(), highlightActiveLineGutter(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(),
          bracketMatching(), closeBrackets(), highlightActiveLine(), EditorView.lineWrapping,
          StreamLanguage.define(sparql), syntaxHighlighting(classHighlighter),
          autocompletion({ override: [complete(words)], icons: false }),
          // Tab leaves the editor, as it leaves every other box
          keymap.of([
            { key: "Shift-Enter", run: ran }, { key: "Mod-Enter", run: ran },
            ...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, ...historyKeymap,
          ]),
          EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
          EditorView.updateListener.of((update) => { if (update.docChanged) changed(update.state.doc.toString()); }),
        ],
      }),
    });
    return {
      view,
      get text() { return view.state.doc.toString(); },
      set text(next) {
        if (next !== view.state.doc.toString())
          view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
      },
    };
  },
};
