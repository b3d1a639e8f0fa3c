// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.nfl.api.net.Family;
import io.nfl.compiler.trace.PacketText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/** One event as the kernel and as the JVM tell it, side by side: flow beside flow, hook beside hook. */
final class Stories {
    private static final int WIDTH = 68;

    private final RulePlaces places;

    Stories(final RulePlaces places) {
        this.places = places;
    }

    /** A flow's lines, cut where the next hook begins; the first and the last part stand outside the hooks. */
    private static final class Chapters {
        private final List<List<String>> parts = new ArrayList<>(List.of(new ArrayList<>()));

        void begin() {
            parts.add(new ArrayList<>());
        }

        void add(final String line) {
            parts.get(parts.size() - 1).add(line);
        }
    }

    /** The lines, each with the kernel's words on the left; {@code |} becomes {@code !} where they differ. */
    List<String> sideBySide(final String kernelName, final JsonObject kernel, final JsonObject jvm) {
        final List<String> lines = new ArrayList<>();
        lines.add(row("kernel, " + kernelName, "JVM", ' '));
        lines.add("-".repeat(WIDTH) + "-+-" + "-".repeat(WIDTH));
        final List<Chapters> left = flows(kernel);
        final List<Chapters> right = flows(jvm);
        for (int flow = 0; flow < Math.max(left.size(), right.size()); flow++) {
            chapters(lines, at(left, flow), at(right, flow));
        }
        rows(lines, outside(kernel), outside(jvm));
        rows(lines, connections(kernel), connections(jvm));
        return lines;
    }

    private static Chapters at(final List<Chapters> flows, final int flow) {
        return flow < flows.size() ? flows.get(flow) : new Chapters();
    }

    private static void chapters(final List<String> lines, final Chapters left, final Chapters right) {
        for (int part = 0; part < Math.max(left.parts.size(), right.parts.size()); part++) {
            rows(lines, part(left, part), part(right, part));
        }
    }

    private static List<String> part(final Chapters chapters, final int part) {
        return part < chapters.parts.size() ? chapters.parts.get(part) : List.of();
    }

    private static void rows(final List<String> lines, final List<String> left, final List<String> right) {
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            final String a = i < left.size() ? left.get(i) : "";
            final String b = i < right.size() ? right.get(i) : "";
            lines.add(row(a, b, a.equals(b) ? '|' : '!'));
        }
    }

    private static String row(final String left, final String right, final char between) {
        final String padded = left.length() >= WIDTH ? left : left + " ".repeat(WIDTH - left.length());
        return (padded + " " + between + " " + right).stripTrailing();
    }

    private List<Chapters> flows(final JsonObject outcome) {
        final List<Chapters> told = new ArrayList<>();
        for (final JsonElement flow : outcome.getAsJsonArray("flows")) {
            told.add(flow(flow.getAsJsonObject()));
        }
        return told;
    }

    private Chapters flow(final JsonObject flow) {
        final Chapters story = new Chapters();
        story.add(flow.get("origin").getAsString() + ": " + flow.get("verdict").getAsString());
        Family family = Family.IPV4;
        String mark = "0";
        for (final JsonElement element : flow.getAsJsonArray("path")) {
            final JsonObject step = element.getAsJsonObject();
            if (step.has("at")) {
                final String at = step.get("at").getAsString();
                if (at.endsWith(".first")) {
                    story.begin();
                    story.add("  " + at.substring(0, at.indexOf('.')) + devices(step));
                }
                if (step.has("hex")) {
                    final String hex = step.get("hex").getAsString();
                    family = hex.startsWith("6") ? Family.IPV6 : Family.IPV4;
                    story.add("    " + packet(hex));
                }
                final String now =
                        step.has("mark") ? Long.toHexString(step.get("mark").getAsLong()) : "0";
                if (!now.equals(mark)) {
                    mark = now;
                    story.add("    mark 0x" + now);
                }
                if (at.endsWith(".last") && step.has("ct")) {
                    story.add("    ct " + step.get("ct").getAsString());
                }
            } else if (step.has("trace")) {
                final String line = places.told(family, step.get("trace").getAsString());
                // nf_tables does not tell the end of a chain
                if (!line.endsWith(":return")) {
                    story.add("    " + line);
                }
            }
        }
        story.begin();
        sent(flow.get("out")).forEach(story::add);
        return story;
    }

    /** A packet in the words of tests. */
    static String packet(final String hex) {
        final byte[] bytes = HexFormat.of().parseHex(hex);
        return PacketText.of(bytes) + " ttl " + PacketText.ttl(bytes);
    }

    private static String devices(final JsonObject step) {
        return (step.has("in") ? " in " + step.get("in").getAsString() : "")
                + (step.has("out") ? " out " + step.get("out").getAsString() : "");
    }

    private static List<String> sent(final @org.jspecify.annotations.Nullable JsonElement packets) {
        final List<String> lines = new ArrayList<>();
        if (packets != null) {
            for (final JsonElement each : packets.getAsJsonArray()) {
                final JsonObject packet = each.getAsJsonObject();
                lines.add("  leaves " + packet.get("iface").getAsString() + ": "
                        + packet(packet.get("hex").getAsString()));
            }
        }
        return lines;
    }

    private static List<String> outside(final JsonObject outcome) {
        final List<String> lines = new ArrayList<>();
        if (outcome.getAsJsonArray("flows").isEmpty() && outcome.has("verdict")) {
            lines.add(outcome.get("verdict").getAsString());
        }
        if (outcome.has("errno")) {
            lines.add("errno " + outcome.get("errno").getAsString());
        }
        lines.addAll(sent(outcome.get("unattributed_out")));
        return lines;
    }

    private static List<String> connections(final JsonObject outcome) {
        final List<String> entries = new ArrayList<>();
        for (final JsonElement each : outcome.getAsJsonArray("conntrack")) {
            final JsonObject entry = each.getAsJsonObject();
            final String mark = entry.has("mark") && entry.get("mark").getAsLong() != 0
                    ? " mark 0x" + Long.toHexString(entry.get("mark").getAsLong())
                    : "";
            entries.add("connection " + tuple(entry.getAsJsonObject("orig"))
                    + (entry.has("state") ? " " + entry.get("state").getAsString() : "") + mark + "\n  reply "
                    + tuple(entry.getAsJsonObject("reply")));
        }
        entries.sort(Comparator.naturalOrder());
        return entries.stream().flatMap(String::lines).toList();
    }

    private static String tuple(final JsonObject tuple) {
        return tuple.get("proto").getAsString() + " "
                + tuple.get("src").getAsString() + port(tuple, "sport") + " > "
                + tuple.get("dst").getAsString() + port(tuple, "dport")
                + (tuple.has("id") ? " id " + tuple.get("id").getAsInt() : "");
    }

    private static String port(final JsonObject tuple, final String name) {
        return tuple.has(name) ? ":" + tuple.get(name).getAsInt() : "";
    }
}
