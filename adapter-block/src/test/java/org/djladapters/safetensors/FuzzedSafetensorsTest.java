/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.djladapters.io.MalformedFileException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to a sound file, it reads with sound shapes or is called malformed. */
class FuzzedSafetensorsTest {

    private static final int ROUNDS = 3000;

    @TempDir private Path folder;
    private byte[] sound;
    private int headerEnd;
    private long totalBytes;

    @BeforeEach
    void makeSoundFile() throws IOException {
        Path path = folder.resolve("sound.safetensors");
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, NDArray> tensors =
                    Map.of(
                            "encoder.query.lora_A",
                            manager.arange(12f).reshape(3, 4),
                            "ids",
                            manager.create(new long[] {1, 2, 3}),
                            "flags",
                            manager.ones(new Shape(5)).toType(DataType.BOOLEAN, false),
                            "empty",
                            manager.create(new Shape(0, 7)));
            SafetensorsFile.write(path, tensors, Map.of("format", "pt", "größe", "1"));
        }
        sound = Files.readAllBytes(path);
        totalBytes = 12 * 4 + 3 * 8 + 5;
        headerEnd = (int) (sound.length - totalBytes);
    }

    @Test
    void truncatedAtAnyByteItIsMalformed() throws IOException {
        for (int length = 0; length < sound.length; length++) {
            assertThat(reads(Arrays.copyOf(sound, length))).as("first %d bytes", length).isFalse();
        }
        assertThat(reads(sound)).isTrue();
    }

    @Test
    void withFlippedBitsItReadsSoundlyOrIsMalformed() {
        Random random = new Random(17);
        survive(
                () -> {
                    byte[] bytes = sound.clone();
                    for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                    }
                    return bytes;
                });
    }

    @Test
    void withOtherBytesInItsHeaderItReadsSoundlyOrIsMalformed() {
        Random random = new Random(18);
        byte[] likely = {'0', '1', '9', ',', ':', '"', '{', '}', '[', ']', '-', 'e', '\\', ' '};
        survive(
                () -> {
                    byte[] bytes = sound.clone();
                    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                        bytes[8 + random.nextInt(headerEnd - 8)] =
                                likely[random.nextInt(likely.length)];
                    }
                    return bytes;
                });
    }

    @Test
    void withPiecesMovedItReadsSoundlyOrIsMalformed() {
        Random random = new Random(19);
        survive(
                () -> {
                    byte[] bytes = Arrays.copyOf(sound, random.nextInt(2 * sound.length));
                    int length = random.nextInt(40);
                    int from = random.nextInt(sound.length - length);
                    int to = random.nextInt(sound.length - length);
                    if (to + length <= bytes.length) {
                        System.arraycopy(sound, from, bytes, to, length);
                    }
                    return bytes;
                });
    }

    @FunctionalInterface
    private interface Damage {
        byte[] next();
    }

    private void survive(Damage damage) {
        Assertions.assertTimeoutPreemptively(
                Duration.ofMinutes(2),
                () -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        reads(damage.next());
                    }
                });
    }

    /** Tells whether a file reads; fails if it neither reads soundly nor is called malformed. */
    private boolean reads(byte[] bytes) throws IOException {
        Path path = RawSafetensors.write(folder, bytes);
        try (NDManager manager = NDManager.newBaseManager();
                SafetensorsFile file = SafetensorsFile.open(path)) {
            long covered = 0;
            for (TensorEntry entry : file.tensors().values()) {
                covered += entry.byteLength();
                assertThat(file.readBytes(entry.name())).hasSize((int) entry.byteLength());
                NDArray array = file.read(manager, entry.name());
                assertThat(array.getShape()).isEqualTo(entry.shape());
                assertThat(array.getShape().size() * entry.dataType().getNumOfBytes())
                        .isEqualTo(entry.byteLength());
            }
            assertThat(covered).isLessThanOrEqualTo(bytes.length - 8);
            return true;
        } catch (MalformedFileException e) {
            assertThat(e).hasMessageStartingWith(path + ": ");
            return false;
        }
    }
}
