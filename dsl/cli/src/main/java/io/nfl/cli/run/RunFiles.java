// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.run;

import io.nfl.io.capture.PcapNgWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What a run leaves: written beside its place, and moved there when all is written. Without a folder nothing is. NOT
 * thread safe.
 */
final class RunFiles implements Closeable {
    private final Optional<Path> directory;
    private final Map<String, PcapNgWriter> captures = new LinkedHashMap<>();
    private final List<Path> written = new CopyOnWriteArrayList<>();

    private final Thread interrupted = new Thread(this::discard, "nfl-run-files");

    RunFiles(final Optional<Path> directory) throws IOException {
        this.directory = directory;
        Runtime.getRuntime().addShutdownHook(interrupted);
        if (directory.isPresent()) {
            Files.createDirectories(directory.get());
        }
    }

    /** Begins the capture of a device. @param name of the file, without its ending */
    void capture(final String device, final String name) throws IOException {
        final Optional<Path> file = beside(name + ".pcapng");
        if (file.isPresent()) {
            captures.put(device, PcapNgWriter.of(Files.newOutputStream(file.get()), device));
        }
    }

    /** @param timestampNanos since 1970-01-01T00:00:00Z */
    void packet(final String device, final long timestampNanos, final byte[] bytes, final int length)
            throws IOException {
        final PcapNgWriter writer = captures.get(device);
        if (writer != null) {
            writer.write(timestampNanos, bytes, 0, length);
        }
    }

    void text(final String name, final List<String> lines) throws IOException {
        final Optional<Path> file = beside(name);
        if (file.isPresent()) {
            Files.writeString(file.get(), String.join("\n", lines) + "\n", StandardCharsets.UTF_8);
        }
    }

    private Optional<Path> beside(final String name) {
        final Optional<Path> file = directory.map(folder -> folder.resolve(name));
        file.ifPresent(written::add);
        return file.map(RunFiles::hidden);
    }

    private static Path hidden(final Path file) {
        return file.resolveSibling("." + file.getFileName() + ".new");
    }

    /** Ends all captures and puts everything in its place. @return the files */
    List<Path> finish() throws IOException {
        for (final PcapNgWriter writer : captures.values()) {
            writer.close();
        }
        captures.clear();
        final List<Path> files = List.copyOf(written);
        for (final Path file : files) {
            Files.move(hidden(file), file, StandardCopyOption.REPLACE_EXISTING);
        }
        written.clear();
        return files;
    }

    /** Takes away what was not finished: also where it cannot be written to its end, or the command is interrupted. */
    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(interrupted);
        } catch (final IllegalStateException e) {
            return; // interrupted: the hook is at it
        }
        try {
            for (final PcapNgWriter writer : captures.values()) {
                writer.close();
            }
        } finally {
            discard();
        }
    }

    private void discard() {
        for (final Path file : written) {
            try {
                Files.deleteIfExists(hidden(file));
            } catch (final IOException e) {
                // what cannot be taken away is hidden, and the next run writes over it
                continue;
            }
        }
    }
}
