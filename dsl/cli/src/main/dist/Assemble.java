// SPDX-License-Identifier: Apache-2.0

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Assembles the distribution: {@code java Assemble.java JARS OWN-JAR SCRIPT OUT}. Runs from source while Maven
 * packages.
 *
 * <p>The jars of EMF and Xtext are signed, and class-data sharing skips the classes of a signed jar: here each jar
 * loses
 * its signature files and the digests of its manifest. Equal input gives equal bytes.
 */
final class Assemble {

    private static final long EPOCH_OF_ZIP = 315_532_800_000L;

    private Assemble() {}

    public static void main(final String[] arguments) throws IOException {
        final Path out = Path.of(arguments[3]);
        final Path lib = out.resolve("lib");
        if (Files.exists(lib)) {
            for (final Path old : list(lib)) {
                Files.delete(old);
            }
        }
        Files.createDirectories(lib);
        for (final Path jar : list(Path.of(arguments[0]))) {
            unsigned(jar, lib.resolve(jar.getFileName()));
        }
        final Path own = Path.of(arguments[1]);
        unsigned(own, lib.resolve(own.getFileName()));
        final Path bin = Files.createDirectories(out.resolve("bin"));
        final Path script = bin.resolve("nfl");
        Files.copy(Path.of(arguments[2]), script, StandardCopyOption.REPLACE_EXISTING);
        if (script.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static List<Path> list(final Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static void unsigned(final Path from, final Path to) throws IOException {
        try (ZipFile in = new ZipFile(from.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(to))) {
            for (final ZipEntry entry : in.stream().map(ZipEntry.class::cast).toList()) {
                if (isSignature(entry.getName())) {
                    continue;
                }
                final ZipEntry copy = new ZipEntry(entry.getName());
                copy.setTime(EPOCH_OF_ZIP);
                out.putNextEntry(copy);
                if (entry.getName().equalsIgnoreCase(JarFile.MANIFEST_NAME)) {
                    out.write(withoutDigests(new Manifest(in.getInputStream(entry))));
                } else {
                    in.getInputStream(entry).transferTo(out);
                }
                out.closeEntry();
            }
        }
    }

    private static byte[] withoutDigests(final Manifest manifest) throws IOException {
        for (final Attributes section : manifest.getEntries().values()) {
            section.keySet().removeIf(name -> name.toString().endsWith("-Digest"));
        }
        manifest.getEntries().values().removeIf(Attributes::isEmpty);
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        manifest.write(bytes);
        return bytes.toByteArray();
    }

    private static boolean isSignature(final String entry) {
        final String name = entry.toUpperCase(Locale.ROOT);
        return name.startsWith("META-INF/")
                && name.indexOf('/', 9) < 0
                && (name.endsWith(".SF") || name.endsWith(".RSA") || name.endsWith(".DSA") || name.endsWith(".EC")
                        || name.equals("META-INF/ECLIPSE_.INF"));
    }
}
