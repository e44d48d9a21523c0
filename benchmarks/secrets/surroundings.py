"""Where a secret stands: in what people, models and tools write, and in what formats make of it.

A surrounding takes the text with the secret in it and gives a longer one. Some escape what they hold, as JSON, XML and
URLs do: the secret then stands as `as_written` gives it.
"""

from __future__ import annotations

import base64
import html
import json
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass


def _same(text: str) -> str:
    return text


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _json_twice(text: str) -> str:
    return _json(_json(text))


def _ascii(text: str) -> str:
    return "".join(c if c.isalnum() or c in " -_" else f"\\u{ord(c):04x}" for c in text)


def _html(text: str) -> str:
    return html.escape(text, quote=True)


def _url(text: str) -> str:
    return urllib.parse.quote(text, safe="")


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@dataclass(frozen=True)
class Surrounding:
    """template: with `¤` where the text goes, each of its lines as `line` makes it. as_written: of a secret."""

    name: str
    template: str
    as_written: Callable[[str], str] = _same
    line: str = "¤"
    hidden: bool = False  # the secret cannot be seen in it as it stands

    def around(self, text: str) -> str:
        lines = [self.line.replace("¤", one, 1) for one in text.split("\n")] if self.line != "¤" else [text]
        return self.template.replace("¤", self.as_written("\n".join(lines)), 1)


SURROUNDINGS = [
    Surrounding("alone", "¤"),
    Surrounding("line of its own", "before\n¤\nafter"),
    Surrounding("english prompt", "Please add this to the settings and run it again:\n\n¤\n\nand tell me what it says"),
    Surrounding("french prompt", "Ajoute ceci à la configuration et relance :\n\n¤\n\npuis dis-moi ce que ça donne"),
    Surrounding("one line english", "so I tried this: ¤ and it failed"),
    Surrounding("one line french", "alors j'ai essayé : ¤ et ça a échoué"),
    Surrounding("inline code", "run `¤` once"),
    Surrounding("fence", "```\n¤\n```"),
    Surrounding("fence with language", "```bash\n¤\n```\nDone."),
    Surrounding("list item", "- first\n- ¤\n- last"),
    Surrounding("numbered item", "1. ¤\n2. next"),
    Surrounding("block quote", "> quoted:\n¤", line="> ¤"),
    Surrounding("table cell", "| name | value |\n|---|---|\n| x | ¤ |"),
    Surrounding("bold", "**¤**"),
    Surrounding("heading", "## Set up\n\n¤\n\n## Next"),
    Surrounding("shell prompt", "bob@host:~/app$ ¤\nok"),
    Surrounding("root prompt", "# ¤\n"),
    Surrounding("windows prompt", "C:\\work> ¤\r\nok\r\n"),
    Surrounding("powershell prompt", "PS C:\\work> ¤\nok"),
    Surrounding("trace of a shell", "+ ¤\n+ exit 0"),
    Surrounding("history", "  501  cd app\n  502  ¤\n  503  ls"),
    Surrounding("after cd", "cd /srv/app && ¤"),
    Surrounding("pipe", "¤ | tee out.log"),
    Surrounding("script", '#!/bin/sh\nset -eu\n¤\necho "done"'),
    Surrounding("comment", "# ¤\nx = 1"),
    Surrounding("comment of C", "// ¤\nint x;"),
    Surrounding("comment of HTML", "<!-- ¤ -->"),
    Surrounding("numbered lines", "     1→import os\n     2→¤\n     3→"),
    Surrounding("numbered with a tab", "1\tuse strict\n2\t¤\n3\t"),
    Surrounding("grep", "config/app.conf:12:¤"),
    Surrounding("diff added", "@@ -1 +1 @@\n¤", line="+¤"),
    Surrounding("diff removed", "--- a\n+++ b\n¤", line="-¤"),
    Surrounding("diff context", "@@ -1,3 +1,3 @@\n¤\n-a\n+b", line=" ¤"),
    Surrounding("indented", "section:\n¤", line="    ¤"),
    Surrounding("tab", "\t¤"),
    Surrounding("windows lines", "a=1\r\n¤\r\nb=2\r\n"),
    Surrounding("log", "2026-11-30T04:12:01Z INFO app starting ¤"),
    Surrounding("log of java", "04:12:01.123 [main] DEBUG c.e.App - ¤"),
    Surrounding("log of docker", "app-1  | ¤\napp-1  | ready"),
    Surrounding("syslog", "Nov 30 04:12:01 host app[312]: ¤"),
    Surrounding("traceback", 'Traceback (most recent call last):\n  File "a.py", line 3\n    ¤\nValueError: x'),
    Surrounding("ansi colour", "\x1b[32m¤\x1b[0m"),
    Surrounding("error message", "error: cannot connect with ¤: refused"),
    Surrounding("json string", '{"content": "¤"}', _json),
    Surrounding("json string twice", '{"message": "{\\"content\\": \\"¤\\"}"}', _json_twice),
    Surrounding("json of a tool", '{"tool_input":{"command":"¤","description":"Run"}}', _json),
    Surrounding("json escaped", '{"t": "¤"}', _ascii, hidden=True),
    Surrounding("python list", "args = ['run', '¤']"),
    Surrounding("python call", 'subprocess.run("¤", shell=True)', _json),
    Surrounding("javascript", "const x = `¤`;"),
    Surrounding("yaml block", "script: |\n¤", line="  ¤"),
    Surrounding("yaml command", "- run: ¤"),
    Surrounding("toml text", 'text = """\n¤\n"""'),
    Surrounding("xml", "<value>¤</value>", _html),
    Surrounding("html", "<p>¤</p>", _html),
    Surrounding("html attribute", '<input value="¤">', _html),
    Surrounding("makefile", "run:\n¤", line="\t¤"),
    Surrounding("dockerfile", "FROM alpine\nRUN ¤"),
    Surrounding("crontab", "0 3 * * * ¤"),
    Surrounding("mail", "From: bob@example.net\nSubject: access\n\n¤\n\nBob"),
    Surrounding("chat", "[10:02] bob: ¤\n[10:03] anna: thanks"),
    Surrounding("chat french", "[10:02] luc : ¤\n[10:03] anna : merci"),
    Surrounding("url encoded", "data=¤&x=1", _url),
    Surrounding("base64 of a file", "data: ¤", _base64, hidden=True),
]

# Written later, for the third set: what else real work is made of.
MORE_SURROUNDINGS = [
    Surrounding("curl verbose", "* Connected to example.net\n> ¤\n> Accept: */*\n< HTTP/2 200", line="> ¤"),
    Surrounding("systemd", '[Service]\nType=oneshot\nExecStart=/bin/sh -c "¤"\n', _json),
    Surrounding("ansible shell", "- name: run\n  shell: |\n¤\n  changed_when: false", line="    ¤"),
    Surrounding("kubernetes args", 'args:\n  - "-c"\n  - "¤"\n', _json),
    Surrounding("hcl heredoc", "user_data = <<-EOT\n¤\nEOT", line="  ¤"),
    Surrounding("notebook cell", '"source": [\n    "¤\\n",\n    "print(1)"\n   ]', _json),
    Surrounding("log of actions", "2026-11-30T04:12:01.1234567Z ##[group]Run\n2026-11-30T04:12:01.2234567Z ¤"),
    Surrounding("log of gitlab", "\x1b[32;1m$ ¤\x1b[0;m\nok"),
    Surrounding("log with pid", "[2026-11-30 04:12:01,123: WARNING/MainProcess] ¤"),
    Surrounding("log of json", '{"ts":1764475921,"level":"info","msg":"¤","pid":312}', _json),
    Surrounding("stack trace of java", "java.sql.SQLException: refused ¤\n\tat c.e.Dao.open(Dao.java:42)"),
    Surrounding("stack trace of node", "Error: failed ¤\n    at Object.<anonymous> (/srv/a.js:3:1)"),
    Surrounding("comment of SQL", "-- ¤\nSELECT 1;"),
    Surrounding("comment of a line", "run()  # ¤"),
    Surrounding("block comment", "/*\n¤\n */", line=" * ¤"),
    Surrounding("go raw string", "cmd := `\n¤\n`"),
    Surrounding("csv field", 'id,text\n1,"¤"\n', lambda text: text.replace('"', '""')),
    Surrounding("bullet with a star", "* ¤\n* other"),
    Surrounding("nested list", "- a\n  - ¤\n"),
    Surrounding("parentheses", "we ran it (¤) twice"),
    Surrounding("french colon", "voici ce que j'ai dans le fichier : ¤"),
    Surrounding("asked in english", "why does ¤ not work?"),
    Surrounding("asked in french", "pourquoi ¤ ne marche pas ?"),
    Surrounding("slack", "*bob*  10:02 AM\n¤\n*anna*  10:03 AM\nthanks"),
    Surrounding("html escaped twice", "<td>¤</td>", lambda text: _html(_html(text)), hidden=True),
    Surrounding("query of a form", "POST /a\n\ncmd=¤&ok=1", lambda text: urllib.parse.quote_plus(text)),
    Surrounding("numbered with a dash", "12-¤\n13-other"),
    Surrounding("diff with its file", "+++ b/app/.env\n@@ -0,0 +1 @@\n¤", line="+¤"),
]

# Written for the fifth set: commands within commands, what tools print, and other markups.
FURTHER_SURROUNDINGS = [
    Surrounding("sudo", "sudo ¤"),
    Surrounding("time and nohup", "time nohup ¤ &"),
    Surrounding("substitution", "out=$(¤) || exit 1"),
    Surrounding("ssh with quotes", "ssh host '¤'"),
    Surrounding("docker exec", 'docker exec app sh -c "¤"', _json),
    Surrounding("if in a shell", "if ¤; then echo ok; fi"),
    Surrounding("details of markdown", "<details><summary>Config</summary>\n\n¤\n\n</details>"),
    Surrounding("restructured text", "Example::\n\n¤\n\nEnd.", line="    ¤"),
    Surrounding("org mode", "#+begin_src sh\n¤\n#+end_src"),
    Surrounding("asciidoc", "[source]\n----\n¤\n----"),
    Surrounding("python prompt", ">>> ¤\nNone"),
    Surrounding("sql prompt", "mysql> ¤\nQuery OK, 0 rows affected"),
    Surrounding("git blame", "{0} (Bob 2026-11-30 12:00:00 +0100 12) ¤".replace("{0}", "3f2a91bc")),
    Surrounding("ripgrep with a column", "src/app/main.py:12:5:¤"),
    Surrounding("shown line ends", "¤$\nend$"),
    Surrounding("jsonl", '{"n":1}\n{"n":2,"text":"¤"}\n{"n":3}', _json),
    Surrounding("json array", '[\n  "first",\n  "¤",\n  "last"\n]', _json),
    Surrounding("edit of a tool", '{"old_string": "x = 1", "new_string": "¤", "replace_all": false}', _json),
    Surrounding("issue comment", "> @bob wrote\n\nStill fails with\n```\n¤\n```\nany idea?"),
    Surrounding("ticket", "Ticket #4312 - Accès\nStatut : ouvert\nDescription : ¤\nPriorité : haute"),
    Surrounding("question and answer", "Q: which one?\nA: ¤\n"),
    Surrounding("compose command", "services:\n  app:\n    command: >\n¤", line="      ¤"),
    Surrounding("latex", "\\begin{verbatim}\n¤\n\\end{verbatim}"),
    Surrounding("rich text of a chat", "*note:* ¤ _(edited)_"),
    Surrounding("tmux", "│ ¤ │"),
]
