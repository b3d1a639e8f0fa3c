// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import com.google.gson.stream.JsonWriter;
import io.nfl.diag.Diagnostic;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** Diagnostics as others' tools read them: workflow commands of GitHub, and SARIF 2.1.0. */
final class ToolReport {
    private ToolReport() {}

    /** A line for each. */
    static String github(final List<Diagnostic> diagnostics) {
        final StringBuilder text = new StringBuilder();
        for (final Diagnostic d : diagnostics) {
            final String level = switch (d.severity()) {
                case ERROR -> "error";
                case WARNING -> "warning";
                case HINT -> "notice";
            };
            text.append("::")
                    .append(level)
                    .append(" file=")
                    .append(property(d.span().file()));
            text.append(",line=").append(Math.max(1, d.span().line()));
            text.append(",col=").append(Math.max(1, d.span().column()));
            text.append(",title=").append(property(d.code().id()));
            text.append("::").append(escaped(d.message())).append('\n');
        }
        return text.toString();
    }

    private static String escaped(final String text) {
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
    }

    private static String property(final String text) {
        return escaped(text).replace(":", "%3A").replace(",", "%2C");
    }

    static String sarif(final List<Diagnostic> diagnostics) {
        final StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.setIndent("  ");
            json.beginObject();
            json.name("$schema").value("https://json.schemastore.org/sarif-2.1.0.json");
            json.name("version").value("2.1.0");
            json.name("runs").beginArray().beginObject();
            json.name("tool").beginObject().name("driver").beginObject();
            json.name("name").value("nfl").endObject().endObject();
            json.name("columnKind").value("utf16CodeUnits");
            json.name("results").beginArray();
            for (final Diagnostic each : diagnostics) {
                result(json, each);
            }
            json.endArray().endObject().endArray().endObject();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return text + "\n";
    }

    private static void result(final JsonWriter json, final Diagnostic d) throws IOException {
        final String level = switch (d.severity()) {
            case ERROR -> "error";
            case WARNING -> "warning";
            case HINT -> "note";
        };
        json.beginObject();
        json.name("ruleId").value(d.code().id());
        json.name("level").value(level);
        json.name("message").beginObject().name("text").value(d.message()).endObject();
        json.name("locations").beginArray();
        if (d.span().line() > 0) {
            json.beginObject().name("physicalLocation").beginObject();
            json.name("artifactLocation").beginObject();
            json.name("uri").value(d.span().file().replace(" ", "%20")).endObject();
            json.name("region").beginObject();
            json.name("startLine").value(d.span().line());
            json.name("startColumn").value(d.span().column());
            json.name("charOffset").value(d.span().offset());
            json.name("charLength").value(d.span().length());
            json.endObject().endObject().endObject();
        }
        json.endArray().endObject();
    }
}
