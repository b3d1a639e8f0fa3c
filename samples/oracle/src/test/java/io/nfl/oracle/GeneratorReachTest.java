// SPDX-License-Identifier: Apache-2.0
package io.nfl.oracle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.nfl.api.classify.StateSpec;
import io.nfl.api.net.Family;
import io.nfl.diag.Result;
import io.nfl.iptables.IpCommandReader;
import io.nfl.iptables.RulesetReader;
import io.nfl.ir.Chain;
import io.nfl.ir.Match;
import io.nfl.ir.Rule;
import io.nfl.ir.Ruleset;
import io.nfl.ir.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whether {@code generate.py} can say all that the readers of rules and {@code ip} commands take. Asks no kernel. */
class GeneratorReachTest {
    private static final int SCENARIOS = 5_000;

    private static final Path READERS = Path.of(System.getProperty("nfl.root", "../.."))
            .resolve("generator/iptables/src/main/java/io/nfl/iptables");

    /** Refused, or words of command lines that no saved rule has. */
    private static final Set<String> NOT_IN_RULES = Set.of(
            "--ctevents",
            "--expevents",
            "--hashlimit-rate-interval",
            "--hashlimit-rate-match",
            "--helper",
            "--suppl-groups",
            "--timeout",
            "--icmp6-type",
            "--ipv4",
            "--ipv6",
            "--set-counters",
            "--wait",
            "-w");

    /** Other spellings of words that come, and what scenarios say otherwise. */
    private static final Set<String> NOT_IN_LINES =
            Set.of("priority", "preference", "dsfield", "protocol", "order", "sup_pl", "type", "address", "addr", "a");

    private static final Set<String> NOT_IN_BATCHES = Set.of("ro", "r", "ru", "-4", "nodad");

    private static final Set<String> WORDS = new TreeSet<>();
    private static final Set<String> IP_WORDS = new TreeSet<>();
    private static final Set<Class<?>> SEEN = new java.util.HashSet<>();
    private static final List<String> REFUSED = new ArrayList<>();

    @BeforeAll
    static void generate() throws IOException, InterruptedException {
        final Process process;
        try {
            process = new ProcessBuilder(
                            "python3",
                            "-B",
                            KernelOracle.FOLDER.resolve("generate.py").toString(),
                            "--lines",
                            "1",
                            Integer.toString(SCENARIOS))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            Assumptions.abort("no python3: " + e.getMessage());
            return;
        }
        int count = 0;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                scenario(JsonParser.parseString(line).getAsJsonObject());
                count++;
            }
        }
        assertThat(process.waitFor()).isZero();
        assertThat(count).isEqualTo(SCENARIOS);
    }

    private static void scenario(JsonObject scenario) {
        rules(scenario, Family.IPV4, "iptables");
        rules(scenario, Family.IPV6, "ip6tables");
        List<String> lines = new ArrayList<>();
        scenario.getAsJsonArray("ip").forEach(line -> lines.add(line.getAsString()));
        lines.forEach(line -> IP_WORDS.addAll(List.of(line.split(" "))));
        note(scenario, IpCommandReader.read("ip", lines));
    }

    private static void rules(JsonObject scenario, Family family, String field) {
        JsonElement text = scenario.get(field);
        if (text == null) {
            return;
        }
        WORDS.addAll(List.of(text.getAsString().split("\\s+")));
        Optional<Ruleset> read = note(scenario, RulesetReader.read(family, field, text.getAsString()));
        read.stream()
                .flatMap(rules -> rules.tables().stream())
                .flatMap(table -> table.chains().stream())
                .map(Chain::rules)
                .flatMap(List::stream)
                .forEach(GeneratorReachTest::rule);
    }

    private static <T> Optional<T> note(JsonObject scenario, Result<T> read) {
        read.diagnostics().stream()
                .filter(d -> d.isError())
                .forEach(d -> REFUSED.add(scenario.get("name").getAsString() + ": " + d.span() + ": " + d.message()));
        return read.value();
    }

    private static void rule(Rule rule) {
        SEEN.add(rule.target().getClass());
        for (Match match : rule.matches()) {
            SEEN.add(match.getClass());
            if (match instanceof Match.Stateful stateful) {
                SEEN.add(stateful.spec().getClass());
            }
        }
    }

    @Test
    @DisplayName("what the generator says is read without a refusal")
    void nothingIsRefused() {
        assertThat(REFUSED).isEmpty();
    }

    @Test
    @DisplayName("every match, state and target that the reader makes comes out of the generator")
    void allRecords() {
        List<Class<?>> missing = Stream.of(Match.class, Target.class, StateSpec.class)
                .flatMap(all -> Arrays.stream(all.getPermittedSubclasses()))
                .filter(one -> !SEEN.contains(one))
                .toList();
        assertThat(missing).isEmpty();
    }

    @Test
    @DisplayName("every option of matches and targets that the reader takes comes out of the generator")
    void allOptions() throws IOException {
        Set<String> known = new TreeSet<>();
        for (String file : List.of(
                "TransportReaders",
                "StateReaders",
                "FieldReaders",
                "ConntrackReader",
                "TargetOptions",
                "LogFlag",
                "RuleReader")) {
            known.addAll(found(file, Pattern.compile("\"(--?[a-z][a-z0-9-]*)\"")));
        }
        // --ttl-eq and its kin are put together of two words
        known.removeIf(option -> option.matches("-(eq|lt|gt)"));
        known.addAll(Set.of("--ttl-eq", "--ttl-lt", "--ttl-gt", "--hl-eq", "--hl-lt", "--hl-gt"));
        known.removeAll(NOT_IN_RULES);
        assertThat(known).hasSizeGreaterThan(120).allMatch(WORDS::contains);
    }

    @Test
    @DisplayName("every name of matches and targets that the reader takes comes out of the generator")
    void allNames() throws IOException {
        Set<String> known = new TreeSet<>(cases("MatchReaders"));
        known.addAll(cases("TargetReader"));
        assertThat(known).hasSizeGreaterThan(55).allMatch(WORDS::contains);
    }

    @Test
    @DisplayName("every word of ip route and ip rule that the reader takes comes out of the generator")
    void allWordsOfIp() throws IOException {
        Set<String> known = new TreeSet<>();
        for (String file : List.of("IpRouteReader", "IpRuleReader", "IpCommandReader")) {
            known.addAll(cases(file));
        }
        known.removeAll(NOT_IN_LINES);
        known.removeAll(NOT_IN_BATCHES);
        assertThat(known).hasSizeGreaterThan(30).allMatch(IP_WORDS::contains);
    }

    private static Set<String> cases(String file) throws IOException {
        return found(file, Pattern.compile("case ((?:\"[^\"]+\"(?:,\\s*)?)+) ->")).stream()
                .flatMap(labels -> Pattern.compile("\"([^\"]+)\"")
                        .matcher(labels)
                        .results()
                        .map(label -> label.group(1)))
                .collect(toCollection(TreeSet::new));
    }

    private static Set<String> found(String file, Pattern pattern) throws IOException {
        return pattern.matcher(Files.readString(READERS.resolve(file + ".java")))
                .results()
                .map(result -> result.group(1))
                .collect(toCollection(TreeSet::new));
    }
}
