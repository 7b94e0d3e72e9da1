"""What the system and libraries refuse, in words of our own: no foreign sentence stands within a message.

Each kind of fault has its words in both languages. A kind without any is told by its name alone, or as a
fault of writing: the place and the way out, which every message has, are what the user needs.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Mapping, Sequence
from typing import Any

from subvent.diagnostics import Text
from subvent.display import shortened

Said = Sequence[tuple[str, Text]]
"""Sentences of a library, and ours: `{0}`, `{1}` stand for the groups of the pattern."""

_SYSTEM = {
    errno.ENOSPC: Text("磁盘空间不足", "no room is left on the disk"),
    errno.EDQUOT: Text("超出磁盘配额", "the quota of the disk is used up"),
    errno.EFBIG: Text("文件超过系统允许的大小", "the file is larger than the system allows"),
    errno.EROFS: Text("位置是只读的", "the place is read-only"),
    errno.EACCES: Text("没有权限", "permission is denied"),
    errno.EPERM: Text("没有权限", "permission is denied"),
    errno.ENOENT: Text("文件或文件夹不存在", "there is no such file or folder"),
    errno.EEXIST: Text("同名的文件已经在那里", "a file of that name is there"),
    errno.EISDIR: Text("这是文件夹，不是文件", "it is a folder, not a file"),
    errno.ENOTDIR: Text("路径中间有一段是文件，不是文件夹", "a part of the path is a file, not a folder"),
    errno.ENAMETOOLONG: Text("文件名太长", "the name is too long"),
    errno.ELOOP: Text("符号链接绕回自身", "symbolic links lead back to themselves"),
    errno.ESPIPE: Text("这是管道或设备，不是文件", "it is a pipe or a device, not a file"),
    errno.EBUSY: Text("正被别的程序占用", "another program holds it"),
    errno.EMFILE: Text("打开的文件太多", "too many files are open"),
    errno.ENFILE: Text("打开的文件太多", "too many files are open"),
    errno.EIO: Text("磁盘或设备读写出错", "the disk or device failed"),
    errno.EBADF: Text("它没有以写入方式打开", "it is not open for writing"),
    errno.EINVAL: Text("系统不接受这个名称或位置", "the system does not take this name or place"),
}
NOT_UTF_8 = Text("不是 UTF-8 编码", "it is not encoded in UTF-8")

_JSON: Said = (
    (r"Expecting property name.*", Text("此处应为双引号中的键", "a key in double quotes is expected")),
    (r"Illegal trailing comma.*", Text("多了一个逗号", "there is a comma too many")),
    (r"Expecting value", Text("此处应为一个值", "a value is expected")),
    (r"Expecting '(.)' delimiter", Text("此处应为“{0}”", "“{0}” is expected")),
    (r"Unterminated string.*", Text("字符串没有结束引号", "a string has no closing quote")),
    (r"Invalid control character.*", Text("字符串中有控制字符", "a string holds a control character")),
    (r"Invalid \\.*", Text("“\\”后面的转义不对", "what follows a “\\” is no escape")),
    (r"Extra data", Text("结尾之后还有内容", "something follows its end")),
)
_YAML: Said = (
    (
        r"found character '\\t' that cannot start any token",
        Text("此处是制表符（Tab），缩进只能用空格", "a tab stands here; YAML is indented with blanks only"),
    ),
    (
        r"found character (.+) that cannot start any token",
        Text("值不能以 {0} 开头", "no value begins with {0}"),
    ),
    (r"could not find expected ':'", Text("缺少“:”", "a “:” is missing")),
    (
        r"sequence entries are not allowed here",
        Text("此处不能有“- ”开头的项", "no item with “- ” can stand here"),
    ),
    (
        r"mapping values are not allowed here",
        Text("此处不能有“键: 值”", "no “key: value” can stand here"),
    ),
    (r"found unknown escape character (.+)", Text("不认识的转义 \\{0}", "“\\{0}” is no escape")),
    (
        r"expected escape sequence of (\d+) .*",
        Text("转义应有 {0} 位十六进制数", "the escape takes {0} hexadecimal digits"),
    ),
    (r"found unexpected end of stream", Text("引号没有结束", "a quote is not closed")),
    (
        r"found unexpected document separator",
        Text("引号没有结束，就到了“---”或“...”", "a quote is not closed before “---” or “...”"),
    ),
    (r"found unexpected ':'", Text("多了一个“:”", "there is a “:” too many")),
    (
        r"expected the node content, but found (.+)",
        Text("此处缺少内容，却是 {0}", "content is missing: there is {0}"),
    ),
    (
        r"expected <block end>, but found (.+)",
        Text("缩进与上文不一致，或多了 {0}", "the indentation differs from above, or {0} is too many"),
    ),
    (
        r"expected ',' or '(.)', but got (.+)",
        Text("应为“,”或“{0}”，却是 {1}", "“,” or “{0}” is expected, there is {1}"),
    ),
    (r"expected '<document start>', but found .*", Text("结尾之后还有内容", "something follows the end")),
    (r"found undefined tag handle (.+)", Text("标签 {0} 没有定义", "the tag {0} is not defined")),
    (r"found duplicate anchor.*", Text("同一个锚（&）定义了两次", "an anchor (&) is defined twice")),
    (r"found incompatible YAML document.*", Text("不是 YAML 1 版的文件", "it is not of YAML version 1")),
    (
        r"expected alphabetic or numeric character, but found (.+)",
        Text(
            "& 或 * 后面应为字母或数字，却是 {0}",
            "a letter or digit is expected after & or *, there is {0}",
        ),
    ),
    (
        r"expected a comment or a line break, but found (.+)",
        Text("此处应换行，却是 {0}", "a line break is expected, there is {0}"),
    ),
    (
        r"expected chomping or indentation indicators, but found (.+)",
        Text("“|”或“>”后面应换行，却是 {0}", "a line break is expected after “|” or “>”, there is {0}"),
    ),
)
_TOML: Said = (
    (r"Invalid statement", Text("此处应为“键 = 值”或“[表]”", "“key = value” or “[table]” is expected")),
    (
        r"Expected newline or end of document.*",
        Text("值的后面应换行", "a line break is expected after the value"),
    ),
    (r"Expected '=' after a key.*", Text("键的后面应为“=”", "“=” is expected after a key")),
    (r"Expected '(\]+)' at the end.*", Text("缺少“{0}”", "“{0}” is missing")),
    (r"Expected (.+)", Text("缺少 {0}", "{0} is missing")),
    (r"Illegal character '\\n'", Text("引号没有在这一行结束", "a quote is not closed on this line")),
    (
        r"Found invalid character (.+)|Illegal character (.+)",
        Text("此处不能有控制字符", "a control character stands here"),
    ),
    (r"Cannot declare .* twice", Text("这张表声明了两次", "the table is declared twice")),
    (
        r"Cannot overwrite a value|Duplicate inline table key .*",
        Text("这个键已经写过一次", "the key has a value already"),
    ),
    (r"Cannot (mutate|redefine) .*", Text("这张表前面已经写完，不能再加", "the table was closed before")),
    (r"Invalid initial character for a key part", Text("键不能这样开头", "no key begins like this")),
    (r"Unclosed (array|inline table)", Text("括号没有结束", "a bracket is not closed")),
    (r"Unterminated string", Text("引号没有结束", "a quote is not closed")),
    (
        r"Unescaped .* in a string|Invalid hex value|Escaped character .*",
        Text("“\\”后面的转义不对", "what follows a “\\” is no escape"),
    ),
    (r"Invalid date or datetime", Text("没有这个日期", "there is no such date")),
    (r"Invalid value", Text("此处不是一个值；文字要加引号", "this is no value; text takes quotes")),
)
_CLINGO: Said = (
    (
        r"syntax error, unexpected (.+), expecting (.+)",
        Text("多了 {0}，或缺少 {1}", "{0} is too many here, or {1} is missing"),
    ),
    (r"syntax error, unexpected (.+)", Text("此处不能有 {0}", "{0} cannot stand here")),
    (r"lexer error, unexpected (.*)", Text("不认识的字符 {0}", "{0} is no character of the language")),
)
_TOKENS = {
    "\\n": Text("换行", "a line break"),
    "\\x00": Text("文件结尾", "the end of the file"),
    "\\0": Text("文件结尾", "the end of the file"),
    "<stream end>": Text("文件结尾", "the end of the file"),
    "<EOF>": Text("文件结尾", "the end of the file"),
    "<document end>": Text("“...”", "“...”"),
    "<document start>": Text("“---”", "“---”"),
    "<block end>": Text("缩进的结束", "the end of an indentation"),
    "<block mapping start>": Text("“键: 值”", "“key: value”"),
    "<block sequence start>": Text("“- ”开头的项", "an item with “- ”"),
    "<scalar>": Text("一个值", "a value"),
    "<IDENTIFIER>": Text("一个名称", "a name"),
    "<VARIABLE>": Text("一个变量", "a variable"),
    "<NUMBER>": Text("一个数", "a number"),
    "<STRING>": Text("一段文字", "a text"),
}
"""What parsers call the pieces of a text, where the piece itself says less."""
_UNKNOWN = Text("此处的写法不合规定", "it is not written right here")

_SHAPES = {
    "missing": Text("缺少这一项", "it is missing"),
    "extra_forbidden": Text("不该有这一项", "there is no such entry"),
    "string_type": Text("应为文字", "text is expected"),
    "string_too_short": Text("不能为空", "it must not be empty"),
    "string_pattern_mismatch": Text(
        "文字的写法不对，应符合 {pattern}", "the text is not of the form {pattern}"
    ),
    "int_type": Text("应为整数", "a whole number is expected"),
    "bool_type": Text("应为 true 或 false", "true or false is expected"),
    "date_type": Text("应为日期", "a date is expected"),
    "list_type": Text("应为列表", "a list is expected"),
    "tuple_type": Text("应为列表", "a list is expected"),
    "too_short": Text("项数太少", "there are too few entries"),
    "too_long": Text("项数太多", "there are too many entries"),
    "dict_type": Text("应为“键: 值”", "keys with values are expected"),
    "model_type": Text("应为“键: 值”", "keys with values are expected"),
    "literal_error": Text("应为 {expected}", "one of these is expected: {expected}"),
    "greater_than": Text("应大于 {gt}", "more than {gt} is expected"),
    "greater_than_equal": Text("不能小于 {ge}", "no less than {ge} is expected"),
    "less_than_equal": Text("不能大于 {le}", "no more than {le} is expected"),
}
"""By the name that pydantic has for the kind of fault."""


def refusal(error: OSError | ValueError) -> Text:
    """Why the system could not read or write, or that the content is no UTF-8."""
    if isinstance(error, UnicodeError):
        return NOT_UTF_8
    number = error.errno if isinstance(error, OSError) else errno.EINVAL
    if number in _SYSTEM:
        return _SYSTEM[number]
    name = errno.errorcode.get(number or 0, type(error).__name__)
    return Text(f"系统报错 {name}", f"the system reports {name}")


def json_fault(message: str) -> Text:
    """What `json` found wrong with a text."""
    return _said(message, _JSON)


def yaml_fault(message: str) -> Text:
    """What the YAML parser found wrong with a text."""
    return _said(message, _YAML)


def toml_fault(message: str) -> Text:
    """What `tomllib` found wrong with a text; its place is not part of the message."""
    return _said(message, _TOML)


def clingo_fault(message: str) -> Text:
    """What clingo's parser found wrong with a program."""
    return _said(" ".join(message.split()), _CLINGO)


def shape_fault(kind: str, context: Mapping[str, Any] | None = None) -> Text:
    """What pydantic found wrong with a value, by its name for the kind and the values that go with it."""
    text = _SHAPES.get(kind, _UNKNOWN)
    values = {
        name: str(value).replace("'", "").replace(" or ", ", ") for name, value in (context or {}).items()
    }
    return Text(text.zh.format(**values), text.en.format(**values))


def _said(message: str, table: Said) -> Text:
    for pattern, text in table:
        if match := re.fullmatch(pattern, message.strip(), re.DOTALL):
            found = [_named(group or "") for group in match.groups()]
            return Text(text.zh.format(*(n.zh for n in found)), text.en.format(*(n.en for n in found)))
    return _UNKNOWN


def _named(token: str) -> Text:
    """What a parser names, which quotes some of it as Python does."""
    bare = token.strip("'")
    shown = shortened(bare, 30)
    return _TOKENS.get(bare) or Text(shown.replace(" or ", " 或 "), shown)
