// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.trace;

import io.nfl.compiler.trace.TracePicture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Collectors;

/** A trace as a picture. */
final class TraceDrawing {
    private TraceDrawing() {}

    static String render(final Conversation.Trace trace) {
        final TracePicture picture = new TracePicture(trace.rules(), trace.sources());
        for (final Conversation.Asked asked : trace.packets()) {
            if (trace.packets().size() > 1) {
                picture.heading("# " + asked.words().strip());
            }
            asked.event().flows().forEach(picture::add);
            TraceReport.outside(asked.event()).ifPresent(picture::note);
        }
        return picture.svg(trace.packets().stream()
                .map(asked -> asked.words().strip())
                .collect(Collectors.joining(", ", trace.policy().name() + ": ", "")));
    }

    /** Written beside its place, then moved there: whole or not at all. A device or a pipe is written to. */
    static void write(final Conversation.Trace trace, final Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("it is a folder");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            Files.writeString(file, render(trace), StandardCharsets.UTF_8);
            return;
        }
        final Path place = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        final Path folder = place.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException("there is no folder " + folder);
        }
        final Path beside = folder.resolve("." + place.getFileName() + ".part");
        try {
            Files.writeString(beside, render(trace), StandardCharsets.UTF_8);
            Files.move(beside, place, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(beside);
        }
    }
}
