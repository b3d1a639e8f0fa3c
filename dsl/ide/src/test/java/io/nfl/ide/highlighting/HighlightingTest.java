// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide.highlighting;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.nfl.ide.highlighting.GrammarWords.Lexed;
import io.nfl.ide.highlighting.TextMateGrammar.Scoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The highlighting of the extension against the language: its words are the grammar's keywords, and what it makes of a
 * text is what the lexer does. {@code -Dnfl.update} writes the words and the golden file anew.
 */
class HighlightingTest {
    private static final Path ROOT =
            Path.of(System.getProperty("nfl.root", "../..")).toAbsolutePath().normalize();
    private static final Path EXTENSION = ROOT.resolve("dsl/vscode");
    private static final Path GRAMMAR = EXTENSION.resolve("syntaxes/nfl.tmLanguage.json");
    private static final Path GOLDEN_TEXT = EXTENSION.resolve("test/tokens.nfl");
    private static final Path GOLDEN_SCOPES = EXTENSION.resolve("test/tokens.txt");
    private static final Gson JSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private static final String BEHIND_WORD = "(?![A-Za-z0-9_-])";

    /** The beginnings of the scopes that a token of the lexer may have, by its type. */
    private static final Map<String, List<String>> SCOPES = Map.ofEntries(
            Map.entry("RULE_ID", List.of("variable.other", "entity.name")),
            Map.entry("RULE_STRING", List.of("string.quoted", "constant.character.escape")),
            Map.entry("RULE_SL_COMMENT", List.of("comment.line")),
            Map.entry("RULE_IPV4", List.of("constant.numeric.address.ipv4")),
            Map.entry("RULE_IPV6", List.of("constant.numeric.address.ipv6")),
            Map.entry("RULE_MAC", List.of("constant.numeric.address.mac")),
            Map.entry("RULE_DURATION", List.of("constant.numeric.duration")),
            Map.entry("RULE_HEX", List.of("constant.numeric.hex")),
            Map.entry("RULE_HEX_PAIR", List.of("constant.numeric.pair")),
            Map.entry("RULE_DECIMAL", List.of("constant.numeric.decimal")),
            Map.entry("RULE_INT", List.of("constant.numeric.integer")),
            Map.entry("RULE_BAD_WORD", List.of("constant.numeric.other")),
            Map.entry("RULE_DEVICE_PATTERN", List.of("string.unquoted.device")));

    @BeforeAll
    static void update() throws IOException {
        if (System.getProperty("nfl.update") != null) {
            Files.writeString(GRAMMAR, JSON.toJson(withTheWords(read(GRAMMAR))) + "\n");
            Files.writeString(GOLDEN_SCOPES, scopes(Files.readString(GOLDEN_TEXT)));
        }
    }

    @Test
    void itsWordsAreTheGrammarsKeywordsAndNothingElse() throws IOException {
        final JsonObject written = read(GRAMMAR);
        assertThat(JSON.toJson(written)).isEqualTo(JSON.toJson(withTheWords(written)));
    }

    private static JsonObject withTheWords(final JsonObject written) {
        final JsonObject grammar = written.deepCopy();
        final JsonObject repository = grammar.getAsJsonObject("repository");
        repository.getAsJsonObject("word").add("patterns", wordPatterns());
        final String signs = GrammarWords.signs().stream()
                .map(each -> "[]-".contains(each) ? "\\" + each : each)
                .collect(Collectors.joining());
        repository.getAsJsonObject("sign").addProperty("match", "[" + signs + "]");
        return grammar;
    }

    private static JsonArray wordPatterns() {
        final JsonArray patterns = new JsonArray();
        GrammarWords.byScope().forEach((scope, words) -> {
            final JsonObject pattern = new JsonObject();
            pattern.addProperty("name", scope);
            pattern.addProperty("match", "(?:" + String.join("|", words) + ")" + BEHIND_WORD);
            patterns.add(pattern);
        });
        return patterns;
    }

    static Stream<Path> policies() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT, 12)) {
            return files
                    .filter(file -> file.toString().endsWith(".nfl")
                            && Files.isRegularFile(file)
                            && !file.toString().contains("/target/")
                            && !file.toString().contains("/node_modules/"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void everyTokenOfThePoliciesHereIsScopedAsTheLexerReadsIt(final Path policy) throws IOException {
        assertThat(differences(Files.readString(policy), GrammarWords.softWords()))
                .isEmpty();
    }

    @Test
    void andSoIsEveryTokenOfTextsMadeOfPieces() throws IOException {
        final List<String> pieces = new ArrayList<>(List.of(
                " ",
                " ",
                " ",
                "\n",
                ".",
                ":",
                "::",
                "/",
                "-",
                "%",
                "0x",
                "ff",
                "10",
                "300",
                "08",
                "00",
                "a",
                "web",
                "fe80",
                "10.0.0.1",
                "00:11:22:33:44:55",
                "5m",
                "30ms",
                "2fa",
                "eth0",
                "+",
                "*",
                "_",
                "^",
                "=",
                "\"a\\\"b\"",
                "\"\"",
                "# it\n",
                "/24",
                "{",
                "}",
                ",",
                "lan",
                "@"));
        pieces.addAll(GrammarWords.words());
        for (long seed = 0; seed < 3_000; seed++) {
            final Random random = new Random(seed);
            final String text =
                    random.ints(12, 0, pieces.size()).mapToObj(pieces::get).collect(Collectors.joining());
            assertThat(differences(text, GrammarWords.words()))
                    .as("seed %d: %s", seed, text)
                    .isEmpty();
        }
    }

    /**
     * Tokens with a character in a scope that is not the token's.
     *
     * @param names words that may stand as a name, too
     */
    private static List<String> differences(final String text, final Set<String> names) throws IOException {
        final Map<String, String> scopes = new HashMap<>();
        for (final Scoped each : grammar().read(text)) {
            for (int column = each.begin(); column < each.end(); column++) {
                scopes.put(each.line() + ":" + column, each.scope());
            }
        }
        final Map<String, String> words = new HashMap<>();
        GrammarWords.byScope().forEach((scope, all) -> all.forEach(word -> words.put(word, scope)));
        final List<String> differences = new ArrayList<>();
        for (final Lexed token : GrammarWords.lex(text)) {
            final int length = token.text().stripTrailing().length();
            for (int column = token.column(); column < token.column() + length; column++) {
                final String scope = scopes.getOrDefault(token.line() + ":" + column, "none");
                if (expected(token, words, names).stream().noneMatch(scope::startsWith)) {
                    differences.add(token + " is " + scope);
                    break;
                }
            }
        }
        return differences;
    }

    private static List<String> expected(final Lexed token, final Map<String, String> words, final Set<String> names) {
        if (!token.isKeyword()) {
            return SCOPES.getOrDefault(token.type(), List.of(""));
        }
        if (!words.containsKey(token.text())) {
            return List.of("punctuation");
        }
        final List<String> scopes = new ArrayList<>(List.of(words.get(token.text()), "keyword.declaration"));
        if (names.contains(token.text())) {
            scopes.add("entity.name");
        }
        return scopes;
    }

    @Test
    void theGoldenFileSaysWhatStandsInWhichScope() throws IOException {
        assertThat(scopes(Files.readString(GOLDEN_TEXT))).isEqualTo(Files.readString(GOLDEN_SCOPES));
    }

    /** The line from 1, the text and its scope, one a line. */
    private static String scopes(final String text) throws IOException {
        final List<String> lines = text.lines().toList();
        return grammar().read(text).stream()
                .map(each -> (each.line() + 1) + "\t" + lines.get(each.line()).substring(each.begin(), each.end())
                        + "\t" + each.scope() + "\n")
                .collect(Collectors.joining());
    }

    @Test
    void theExtensionHasTheProductsVersion() throws IOException {
        final JsonObject extension = read(EXTENSION.resolve("package.json"));
        final var product = Pattern.compile("<version>([0-9.]+)(?:-SNAPSHOT)?</version>")
                .matcher(Files.readString(ROOT.resolve("pom.xml")));
        assertThat(product.find()).isTrue();
        assertThat(extension.get("version").getAsString()).isEqualTo(product.group(1));
    }

    @Test
    void theLockSaysWhichBytesAndNotFromWhere() throws IOException {
        final JsonObject lock = read(EXTENSION.resolve("package-lock.json"));
        final JsonObject packages = lock.getAsJsonObject("packages");
        final Set<String> names = packages.keySet();
        assertThat(names).isNotEmpty();
        for (final String name : names) {
            final JsonElement each = packages.get(name);
            assertThat(each.getAsJsonObject().has("resolved")).as(name).isFalse();
            assertThat(name.isEmpty() || each.getAsJsonObject().has("integrity"))
                    .as(name)
                    .isTrue();
        }
    }

    private static TextMateGrammar grammar() throws IOException {
        return new TextMateGrammar(read(GRAMMAR));
    }

    private static JsonObject read(final Path json) throws IOException {
        return JSON.fromJson(Files.readString(json), JsonObject.class);
    }
}
