// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;

/** The driver and the comparer on disk, in a folder that is gone when this is closed. */
final class Toolbox implements AutoCloseable {
    private static final String DRIVER = "kernel_oracle.py";
    private static final String COMPARER = "compare.py";
    /** Both, and what they import. */
    private static final List<String> SCRIPTS = List.of(
            DRIVER, "dut.py", "host.py", "ct_netlink.py", "packet_text.py", COMPARER, "same_packet.py", "wire.py");

    private final Path folder;

    private Toolbox(final Path folder) {
        this.folder = folder;
    }

    static Toolbox unpack() throws IOException {
        final Toolbox box = new Toolbox(Files.createTempDirectory("nfl-kernel"));
        // nothing is left behind by an interrupt either
        Runtime.getRuntime().addShutdownHook(new Thread(box::closeQuietly));
        try {
            for (final String script : SCRIPTS) {
                try (InputStream from = Toolbox.class.getResourceAsStream(script)) {
                    if (from == null) {
                        throw new IllegalStateException(script + " is not shipped");
                    }
                    Files.copy(from, box.folder.resolve(script));
                }
            }
        } catch (final IOException e) {
            box.close();
            throw e;
        }
        return box;
    }

    Path folder() {
        return folder;
    }

    /** A driver: it has a network namespace of its own, and a lock of its own in place of the machine's. */
    Tool driver(final KernelAccess access) throws IOException {
        final Path script = folder.resolve(DRIVER);
        final String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin";
        return Tool.start(
                "driver",
                access.with("python3", "-B", script.toString(), "--fresh", "--serve"),
                Map.of("PATH", path, "TMPDIR", folder.toString()),
                folder);
    }

    Tool comparer() throws IOException {
        return Tool.start(
                "comparer", List.of("python3", "-B", folder.resolve(COMPARER).toString(), "--serve"), Map.of(), folder);
    }

    private void closeQuietly() {
        try {
            close();
        } catch (final IOException e) {
            // the machine goes down with the folder still there: the next cleaning of /tmp takes it
            return;
        }
    }

    @Override
    public void close() throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(final Path each, final IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
