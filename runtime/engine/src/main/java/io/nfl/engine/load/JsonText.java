// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON (RFC 8259) of maps, lists, strings, longs, booleans and null: all that a policy file needs, without a library.
 * Numbers are whole.
 */
final class JsonText {
    private static final int MAX_DEPTH = 64;

    private final String text;
    private int at;
    private int depth;

    private JsonText(final String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException where the text is no JSON of this kind */
    static @Nullable Object parse(final String text) {
        final JsonText json = new JsonText(text);
        final Object value = json.value();
        json.space();
        if (json.at < text.length()) {
            throw json.unexpected();
        }
        return value;
    }

    private IllegalArgumentException unexpected() {
        return new IllegalArgumentException(
                at < text.length() ? "`" + text.charAt(at) + "` at character " + at : "the text ends too early");
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        space();
        if (at >= text.length()) {
            throw unexpected();
        }
        return text.charAt(at);
    }

    private void expect(final String token) {
        space();
        if (!text.startsWith(token, at)) {
            throw unexpected();
        }
        at += token.length();
    }

    private @Nullable Object value() {
        if (depth++ > MAX_DEPTH) {
            throw new IllegalArgumentException("nested more than " + MAX_DEPTH + " deep");
        }
        final Object value = switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
        depth--;
        return value;
    }

    private @Nullable Object word(final String token, final @Nullable Object value) {
        expect(token);
        return value;
    }

    private Map<String, @Nullable Object> object() {
        final Map<String, @Nullable Object> object = new LinkedHashMap<>();
        expect("{");
        while (peek() != '}') {
            if (!object.isEmpty()) {
                expect(",");
            }
            final String key = string();
            expect(":");
            object.put(key, value());
        }
        expect("}");
        return object;
    }

    private List<@Nullable Object> array() {
        final List<@Nullable Object> array = new ArrayList<>();
        expect("[");
        while (peek() != ']') {
            if (!array.isEmpty()) {
                expect(",");
            }
            array.add(value());
        }
        expect("]");
        return array;
    }

    private Long number() {
        final int begin = at;
        while (at < text.length() && "-0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (at == begin) {
            throw unexpected();
        }
        return Long.valueOf(text.substring(begin, at));
    }

    private String string() {
        expect("\"");
        final StringBuilder value = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            final char c = text.charAt(at++);
            value.append(c == '\\' ? escaped() : c);
        }
        expect("\"");
        return value.toString();
    }

    private char escaped() {
        if (at >= text.length()) {
            throw unexpected();
        }
        final char c = text.charAt(at++);
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> unicode();
            default -> c;
        };
    }

    private char unicode() {
        if (at + 4 > text.length()) {
            throw unexpected();
        }
        at += 4;
        return (char) Integer.parseInt(text.substring(at - 4, at), 16);
    }

    static String write(final @Nullable Object value) {
        final StringBuilder out = new StringBuilder();
        append(out, value, 0);
        return out.append('\n').toString();
    }

    /** Two levels are broken into lines, so that a difference between two files is seen. */
    private static void append(final StringBuilder out, final @Nullable Object value, final int level) {
        if (value instanceof Map<?, ?> map) {
            out.append('{');
            boolean first = true;
            for (final Map.Entry<?, ?> each : map.entrySet()) {
                separate(out, first, level);
                first = false;
                quote(out, String.valueOf(each.getKey()));
                out.append(": ");
                append(out, each.getValue(), level + 1);
            }
            out.append('}');
        } else if (value instanceof List<?> list) {
            out.append('[');
            boolean first = true;
            for (final Object each : list) {
                separate(out, first, level);
                first = false;
                append(out, each, level + 1);
            }
            out.append(']');
        } else if (value instanceof String string) {
            quote(out, string);
        } else {
            out.append(value);
        }
    }

    private static void separate(final StringBuilder out, final boolean first, final int level) {
        out.append(first ? "" : ",");
        if (level < 6) {
            out.append('\n').append("  ".repeat(level + 1));
        } else if (!first) {
            out.append(' ');
        }
    }

    private static void quote(final StringBuilder out, final String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
