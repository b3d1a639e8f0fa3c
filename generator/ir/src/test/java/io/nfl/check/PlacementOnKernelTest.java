// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.api.net.Hook;
import io.nfl.api.net.Table;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Asks the running kernel for the whole of {@code placement.tsv}: every row at every chain, directly and through one or
 * two chains, with both back ends, in a network namespace of its own.
 */
@Tag("kernel")
class PlacementOnKernelTest {
    private static final List<String> BACK_ENDS = List.of("legacy", "nft");
    private static final int DEEPEST = 2;

    @TempDir
    Path directory = Path.of("");

    private record Cell(String row, Placement.Place place, int jumps) {}

    @Test
    void theKernelTakesWhatTheTableSaysDirectlyAndThroughChains() throws IOException, InterruptedException {
        final Map<String, String> rules = read("placement-rules.tsv");
        final Map<String, String> lookers = read("through-chains.tsv");
        assertThat(rules.keySet()).containsExactlyInAnyOrderElementsOf(Placement.measuredRows());
        final List<Cell> cells = cells(rules.keySet());
        final Map<String, List<Boolean>> taken = new TreeMap<>();
        for (final String backEnd : BACK_ENDS) {
            taken.put(backEnd, ask(backEnd, cells, rules));
        }
        final List<String> differences = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            final Cell cell = cells.get(i);
            final String measured = name(
                    Objects.requireNonNull(taken.get("legacy")).get(i),
                    Objects.requireNonNull(taken.get("nft")).get(i));
            if (!measured.equals(expected(cell, lookers))) {
                differences.add(cell + ": measured " + measured + ", the table says " + expected(cell, lookers));
            }
        }
        assertThat(differences).as(cells.size() + " cells").isEmpty();
    }

    private static String expected(Cell cell, Map<String, String> lookers) {
        final String direct = Placement.cell(cell.row(), cell.place());
        if (cell.jumps() == 0 || direct.equals("yes")) {
            return direct;
        }
        return switch (lookers.getOrDefault(cell.row(), "both")) {
            case "none" -> "yes";
            case "legacy" -> "nft";
            default -> direct;
        };
    }

    private static String name(boolean legacy, boolean nft) {
        return legacy && nft ? "yes" : legacy ? "legacy" : nft ? "nft" : "no";
    }

    private static List<Cell> cells(Iterable<String> rows) {
        final List<Cell> cells = new ArrayList<>();
        for (final String row : rows) {
            for (final Table table : Table.values()) {
                for (final Hook hook : table.hooks()) {
                    for (int jumps = 0; jumps <= DEEPEST; jumps++) {
                        cells.add(new Cell(row, new Placement.Place(table, hook), jumps));
                    }
                }
            }
        }
        return cells;
    }

    private List<Boolean> ask(String backEnd, List<Cell> cells, Map<String, String> rules)
            throws IOException, InterruptedException {
        final StringBuilder script = new StringBuilder("export XTABLES_LOCKFILE=" + directory + "/lock\n");
        script.append("ip link set lo up; ip link add nfl0 type veth peer name nfl1\n");
        script.append("ipset create nfl-placement hash:ip 2>/dev/null\n");
        for (final Cell cell : cells) {
            script.append("iptables-").append(backEnd).append("-restore 2>/dev/null <<'E' && echo yes || echo no\n");
            script.append(table(cell, Objects.requireNonNull(rules.get(cell.row()))))
                    .append("E\n");
        }
        final Path file = directory.resolve(backEnd + ".sh");
        Files.writeString(file, script);
        final Process process = new ProcessBuilder("unshare", "-n", "sh", file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        final List<Boolean> answers = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .map("yes"::equals)
                .toList();
        process.waitFor();
        assertThat(answers).as("answers of " + backEnd + " (root is needed)").hasSize(cells.size());
        return answers;
    }

    private static String table(Cell cell, String rule) {
        final StringBuilder text = new StringBuilder("*" + cell.place().table().label() + "\n");
        for (int i = 1; i <= cell.jumps(); i++) {
            text.append(":c").append(i).append(" -\n");
        }
        String chain = cell.place().hook().name();
        for (int i = 1; i <= cell.jumps(); i++) {
            text.append("-A ").append(chain).append(" -j c").append(i).append('\n');
            chain = "c" + i;
        }
        return text + "-A " + chain + " " + rule + "\nCOMMIT\n";
    }

    private static Map<String, String> read(String resource) throws IOException {
        final Map<String, String> rules = new TreeMap<>();
        try (InputStream in = PlacementOnKernelTest.class.getResourceAsStream(resource)) {
            new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(l -> !l.startsWith("#"))
                    .forEach(l -> rules.put(l.substring(0, l.indexOf('\t')), l.substring(l.indexOf('\t') + 1)));
        }
        return rules;
    }
}
