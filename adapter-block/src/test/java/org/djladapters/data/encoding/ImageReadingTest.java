/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageReadingTest {

    @TempDir Path folder;

    /** The begin of a PNG file of some size in pixels, which is all that may be read of it. */
    private static byte[] header(int width, int height) {
        ByteBuffer header = ByteBuffer.allocate(8 + 4 + 4 + 13 + 4 + 12);
        header.putLong(0x89504E470D0A1A0AL).putInt(13);
        header.put("IHDR".getBytes(StandardCharsets.US_ASCII)).putInt(width).putInt(height);
        header.put(new byte[] {8, 2, 0, 0, 0});
        CRC32 checksum = new CRC32();
        checksum.update(header.array(), 12, 17);
        header.putInt((int) checksum.getValue());
        header.putInt(1 << 20).put("IDAT".getBytes(StandardCharsets.US_ASCII));
        return header.array();
    }

    @ParameterizedTest
    @CsvSource({"30000, 30000", "1, 100000", "100000, 1", "2147483647, 2147483647"})
    void aSmallFileOfManyPixelsIsNotDecoded(int width, int height) throws IOException {
        Path file = Files.write(folder.resolve("bomb.png"), header(width, height));
        assertThatThrownBy(() -> ImageReading.read(file, 32, ImageResizing.WHOLE))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "Can't read image '%s': its %d x %d pixels are too many; replace or remove it"
                                .formatted(file, width, height));
    }
}
