/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A directory whose writer is killed, after every single change that it makes to the disk. */
class KilledWritersTest {

    private static final String MARKER = "config";
    private static final Map<String, String> OLDER = Map.of(MARKER, "1", "tensors", "1", "old", "");
    private static final Map<String, String> NEWER = Map.of(MARKER, "2", "tensors", "2", "new", "");

    /** What the target is at first. */
    private enum Start {
        MISSING,
        EMPTY,
        OLDER_ONE;

        Map<String, String> content() {
            return this == OLDER_ONE ? OLDER : Map.of();
        }
    }

    /** Where the target is. */
    private enum Place {
        A_FOLDER,
        A_FOLDER_TO_WHICH_ONE_MUST_NOT_WRITE,
        A_VOLUME,
        A_VOLUME_BESIDE_WHICH_ONE_MUST_NOT_WRITE;

        boolean isReadOnly() {
            return this == A_FOLDER_TO_WHICH_ONE_MUST_NOT_WRITE
                    || this == A_VOLUME_BESIDE_WHICH_ONE_MUST_NOT_WRITE;
        }

        boolean isVolume() {
            return this == A_VOLUME || this == A_VOLUME_BESIDE_WHICH_ONE_MUST_NOT_WRITE;
        }
    }

    @TempDir private Path temporary;
    private Path folder;
    private Path target;

    @ParameterizedTest
    @EnumSource(Place.class)
    void theOlderOrTheNewerDirectoryIsThereWhenItIsUsedNext(Place place) throws IOException {
        for (Start start : Start.values()) {
            if (start == Start.MISSING && place != Place.A_FOLDER) {
                continue; // can't be written at all
            }
            int changes = 0;
            while (isKilled(start, place, changes)) {
                foreignReadersFindNoMixture();
                AtomicFiles.recover(troubled(place).see(target), MARKER);
                assertThat(content(target))
                        .as("%s, killed after %d changes", start, changes)
                        .isIn(start.content(), NEWER);
                assertWrittenAgain(place);
                changes++;
            }
            assertThat(content(target)).isEqualTo(NEWER);
            assertNothingElse();
            assertThat(changes).as("changes of a whole run").isGreaterThan(6);
        }
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void theNextUserMayBeKilledToo(Place place) throws IOException {
        int changes = 0;
        while (isKilled(Start.OLDER_ONE, place, changes)) {
            int more = 0;
            while (isKilledWhileItRecovers(place, more)) {
                foreignReadersFindNoMixture();
                more++;
                isKilled(Start.OLDER_ONE, place, changes);
            }
            assertThat(content(target)).isIn(OLDER, NEWER);
            assertWrittenAgain(place);
            changes++;
        }
    }

    @Test
    void aWriterThatMayNotReplaceBringsBackWhatItFinds() throws IOException {
        int changes = 0;
        while (isKilled(Start.OLDER_ONE, Place.A_FOLDER, changes)) {
            try {
                write(target, false);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("exists already and would be lost");
            }
            assertThat(content(target)).isIn(OLDER, NEWER);
            assertNothingElse();
            changes++;
        }
    }

    @Test
    void aProcessThatIsKilledWhileItWritesLeavesTheOlderDirectory() throws Exception {
        isKilled(Start.OLDER_ONE, Place.A_FOLDER, 0);
        for (int i = 0; i < 2; i++) {
            try (OtherProcess other = OtherProcess.start(temporary, "write", target.toString())) {
                assertThat(other.said()).isEqualTo("writing");
                other.kill();
            }
            assertThat(content(target)).isEqualTo(OLDER);
        }
        write(target, true);
        assertThat(content(target)).isEqualTo(NEWER);
        assertNothingElse();
    }

    /** Starts anew, and tells whether the writer was killed before it was done. */
    private boolean isKilled(Start start, Place place, int changes) throws IOException {
        if (folder != null) {
            AtomicFiles.deleteTree(folder);
        }
        folder = Files.createDirectory(temporary.toRealPath().resolve("folder"));
        target = folder.resolve("target");
        if (start != Start.MISSING) {
            Files.createDirectory(target);
        }
        for (Map.Entry<String, String> file : start.content().entrySet()) {
            Files.writeString(target.resolve(file.getKey()), file.getValue());
        }
        try {
            write(troubled(place).killedAfter(changes).see(target), true);
            return false;
        } catch (TroubledFiles.Killed e) {
            return true;
        }
    }

    private boolean isKilledWhileItRecovers(Place place, int changes) throws IOException {
        try {
            AtomicFiles.recover(troubled(place).killedAfter(changes).see(target), MARKER);
            return false;
        } catch (TroubledFiles.Killed e) {
            return true;
        }
    }

    private TroubledFiles troubled(Place place) {
        return new TroubledFiles()
                .readOnly(place.isReadOnly() ? folder : null)
                .volume(place.isVolume() ? target : null);
    }

    private static void write(Path target, boolean replaces) throws IOException {
        AtomicFiles.writeDirectory(
                target,
                MARKER,
                older -> replaces,
                made -> {
                    for (Map.Entry<String, String> file : NEWER.entrySet()) {
                        Files.writeString(made.resolve(file.getKey()), file.getValue());
                    }
                });
    }

    private void assertWrittenAgain(Place place) throws IOException {
        write(troubled(place).see(target), true);
        assertThat(content(target)).isEqualTo(NEWER);
        assertNothingElse();
    }

    /** Those who know nothing of temporary names go by the marker. */
    private void foreignReadersFindNoMixture() throws IOException {
        if (Files.exists(target.resolve(MARKER))) {
            assertThat(content(target)).isIn(OLDER, NEWER);
        }
    }

    private void assertNothingElse() throws IOException {
        for (Path place : List.of(folder, target)) {
            try (Stream<Path> entries = Files.list(place)) {
                assertThat(entries).allMatch(AtomicFiles::isContent);
            }
        }
    }

    private static Map<String, String> content(Path target) throws IOException {
        Map<String, String> content = new TreeMap<>();
        if (Files.exists(target)) {
            try (Stream<Path> entries = Files.list(target)) {
                for (Path file : entries.filter(AtomicFiles::isContent).toList()) {
                    content.put(file.getFileName().toString(), Files.readString(file));
                }
            }
        }
        return content;
    }
}
