// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import io.nfl.lang.Source;
import io.nfl.lang.SourceFinder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads policies: a file, a folder that stands for the {@code policy.nfl} in it, or {@code -} for standard input. */
public final class PolicyInput {
    static final String STANDARD_INPUT = "-";
    private static final String DEFAULT_FILE = "policy.nfl";
    private static final int MAX_BYTES = 64 << 20;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Map<String, String> texts = new HashMap<>();

    /** Input that cannot be had, with the status that the command ends with. */
    public static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        private final int status;

        Unreadable(final int status, final String message) {
            super(message, null, false, false);
            this.status = status;
        }

        public int status() {
            return status;
        }
    }

    /**
     * The policies that an argument stands for: itself; or of a folder without a policy.nfl all those below it, sorted.
     *
     * @throws Unreadable where a folder has none
     */
    public static List<String> all(final String argument) throws Unreadable {
        final Path folder = Path.of(argument);
        if (!Files.isDirectory(folder) || Files.exists(folder.resolve(DEFAULT_FILE))) {
            return List.of(argument);
        }
        try (Stream<Path> below = Files.walk(folder)) {
            final List<String> found = below.filter(file -> file.endsWith(DEFAULT_FILE))
                    .map(Path::toString)
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new Unreadable(
                        ExitStatus.NO_INPUT,
                        "the folder " + folder + " has no " + DEFAULT_FILE + ", nor has any below it");
            }
            return found;
        } catch (final IOException | java.io.UncheckedIOException e) {
            throw new Unreadable(ExitStatus.INPUT_OUTPUT, folder + " cannot be read: " + FileFailure.reason(e));
        }
    }

    public Source read(final String policy, final InputStream standardInput) throws Unreadable {
        if (policy.equals(STANDARD_INPUT)) {
            try {
                return keep(new Source("<stdin>", text("<stdin>", standardInput)));
            } catch (final IOException e) {
                throw new Unreadable(
                        ExitStatus.INPUT_OUTPUT, "standard input cannot be read: " + FileFailure.reason(e));
            }
        }
        final Path given = Path.of(policy);
        final Path file = Files.isDirectory(given) ? given.resolve(DEFAULT_FILE) : given;
        if (!Files.exists(file)) {
            throw new Unreadable(
                    ExitStatus.NO_INPUT,
                    file.equals(given)
                            ? "there is no file " + file
                            : "the folder " + given + " has no " + DEFAULT_FILE);
        }
        return keep(new Source(file.toString(), read(file)));
    }

    /** Finds imports beside the importing file. */
    public SourceFinder finder() {
        return (importing, path) -> {
            try {
                final Path file = Path.of(importing.name()).resolveSibling(path).normalize();
                return Files.isRegularFile(file)
                        ? Optional.of(keep(new Source(file.toString(), read(file))))
                        : Optional.empty();
            } catch (final Unreadable | java.nio.file.InvalidPathException e) {
                return Optional.empty();
            }
        };
    }

    /** The text of a source by its name, for reports. */
    public Optional<String> text(final String name) {
        return Optional.ofNullable(texts.get(name));
    }

    private Source keep(final Source source) {
        texts.put(source.name(), source.text());
        return source;
    }

    private static String read(final Path file) throws Unreadable {
        try {
            try (InputStream in = Files.newInputStream(file)) {
                return text(file.toString(), in);
            }
        } catch (final NoSuchFileException e) {
            throw new Unreadable(ExitStatus.NO_INPUT, "there is no file " + file);
        } catch (final IOException e) {
            throw new Unreadable(ExitStatus.INPUT_OUTPUT, file + " cannot be read: " + FileFailure.reason(e));
        }
    }

    /** All of a stream, which may be a device without an end. */
    private static String text(final String name, final InputStream in) throws Unreadable, IOException {
        final byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new Unreadable(ExitStatus.INPUT_OUTPUT, name + " is larger than " + (MAX_BYTES >> 20) + " MiB");
        }
        try {
            final String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        } catch (final CharacterCodingException e) {
            throw new Unreadable(ExitStatus.FINDINGS, name + " is no text: it is not UTF-8");
        }
    }
}
