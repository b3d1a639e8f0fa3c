// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.run;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.nfl.cli.run.IncomingCapture.PassedOver;
import io.nfl.engine.pipeline.Flow;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a run came to, for a person or for a machine.
 *
 * @param devices by the names that the policy gives them
 * @param runNanos how long the run took
 */
record RunSummary(
        CaptureRun run, List<IncomingCapture> captures, Map<String, String> devices, List<Path> files, long runNanos) {
    private static final double NANOS_PER_SECOND = 1e9;

    RunSummary {
        captures = List.copyOf(captures);
        files = List.copyOf(files);
    }

    private double seconds() {
        return runNanos / NANOS_PER_SECOND;
    }

    private long rate() {
        return Math.round(run.packets() / Math.max(seconds(), 1e-6));
    }

    private static String format(final String format, final Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }

    String text() {
        final StringBuilder text = new StringBuilder();
        text.append(format(
                "%,d packets of %.3f s in %.3f s: %,d packets/s%n",
                run.packets(), run.spanNanos() / NANOS_PER_SECOND, seconds(), rate()));
        for (final IncomingCapture each : captures) {
            text.append(format("%-9s %,12d  %s  %s%n", "in", each.packets(), each.device(), each.path()));
            for (final Map.Entry<PassedOver, Long> over : each.passedOver().entrySet()) {
                text.append(format(
                        "%-9s %,12d  %s", "", over.getValue(), over.getKey().text()));
                text.append(", passed over\n");
            }
        }
        devices.values().stream()
                .distinct()
                .forEach(device -> text.append(format(
                        "%-9s %,12d  %s  %,d bytes%n", "out", run.packetsBy(device), device, run.bytesBy(device))));
        for (final Flow.End end : List.of(Flow.End.FORWARDED, Flow.End.DELIVERED, Flow.End.SENT)) {
            text.append(format("%-9s %,12d%n", end.text(), run.ends().of(end)));
        }
        if (run.ends().held() > 0) {
            text.append(format(
                    "%-9s %,12d  fragments, until the last of their packet came%n",
                    "held", run.ends().held()));
        }
        text.append(format("%-9s %,12d%n", "dropped", run.ends().dropped()));
        for (final Ends.Count each : run.ends().drops()) {
            text.append(
                    format("%-9s %,12d  %s%n", "", each.packets(), each.drop().text()));
        }
        files.forEach(file -> text.append(file).append('\n'));
        return text.toString();
    }

    String json() {
        final JsonObject json = new JsonObject();
        json.addProperty("packets", run.packets());
        json.addProperty("captureSeconds", run.spanNanos() / NANOS_PER_SECOND);
        json.addProperty("seconds", seconds());
        json.addProperty("packetsPerSecond", rate());
        final JsonArray in = new JsonArray();
        captures.forEach(each -> in.add(in(each)));
        json.add("in", in);
        final JsonArray out = new JsonArray();
        devices.values().stream().distinct().forEach(device -> {
            final JsonObject one = new JsonObject();
            one.addProperty("device", device);
            one.addProperty("packets", run.packetsBy(device));
            one.addProperty("bytes", run.bytesBy(device));
            out.add(one);
        });
        json.add("out", out);
        final JsonObject ends = new JsonObject();
        for (final Flow.End end : Flow.End.values()) {
            if (run.ends().of(end) > 0) {
                ends.addProperty(end.text(), run.ends().of(end));
            }
        }
        json.add("ends", ends);
        final JsonArray drops = new JsonArray();
        for (final Ends.Count each : run.ends().drops()) {
            final JsonObject one = new JsonObject();
            one.addProperty("by", each.drop().cause().name().toLowerCase(Locale.ROOT));
            one.addProperty("what", each.drop().text());
            one.addProperty("packets", each.packets());
            drops.add(one);
        }
        json.addProperty("heldFragments", run.ends().held());
        json.add("drops", drops);
        final JsonArray written = new JsonArray();
        files.forEach(file -> written.add(file.toString()));
        json.add("files", written);
        return new GsonBuilder()
                        .disableHtmlEscaping()
                        .setPrettyPrinting()
                        .create()
                        .toJson(json)
                + "\n";
    }

    private static JsonObject in(final IncomingCapture capture) {
        final JsonObject json = new JsonObject();
        json.addProperty("device", capture.device());
        json.addProperty("file", capture.path().toString());
        json.addProperty("packets", capture.packets());
        final JsonObject over = new JsonObject();
        capture.passedOver().forEach((why, count) -> over.addProperty(why.text(), count));
        json.add("passedOver", over);
        capture.broken().ifPresent(message -> json.addProperty("broken", message));
        return json;
    }
}
