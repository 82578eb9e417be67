/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.modality.cv.BufferedImageFactory;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.djladapters.data.TestData;
import org.djladapters.hub.ModelDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImagePreprocessingTest {

    private static final List<Double> ZERO = List.of(0.0, 0.0, 0.0);
    private static final List<Double> ONE = List.of(1.0, 1.0, 1.0);

    @TempDir Path folder;

    @Test
    void keepsPixelsOfTheRightSize() throws IOException {
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0x010203);
        image.setRGB(1, 0, 0x102030);
        image.setRGB(0, 1, 0xA0B0C0);
        image.setRGB(1, 1, 0xFFFEFD);

        assertThat(pixels(image, 2))
                .containsExactly(
                        0x01, 0x10, 0xA0, 0xFF, 0x02, 0x20, 0xB0, 0xFE, 0x03, 0x30, 0xC0, 0xFD);
    }

    private static BufferedImage pattern() {
        BufferedImage image = new BufferedImage(7, 5, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 35; i++) {
            image.setRGB(i % 7, i / 7, 0x030507 * 11 * i);
        }
        return image;
    }

    @Test
    void takesImagesOfDjlAsItTakesFiles() throws IOException {
        BufferedImage image = pattern();
        Image same = new BufferedImageFactory().fromImage(image);

        for (int size : new int[] {3, 5, 9}) {
            try (NDManager manager = NDManager.newBaseManager()) {
                byte[] bytes = new ImagePreprocessing(size, ZERO, ONE).pixels(same, manager);
                int[] found = new int[bytes.length];
                Arrays.setAll(found, i -> bytes[i] & 0xFF);
                assertThat(found).isEqualTo(pixels(image, size));
            }
        }
    }

    @Test
    void averagesAllPixelsWhenShrinking() throws IOException {
        BufferedImage image = new BufferedImage(4, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0xFF0000);
        image.setRGB(3, 0, 0xFF0000);

        // To one pixel: the triangle of reach 4 around the middle weighs 2.5, 3.5, 3.5 and 2.5.
        assertThat(pixels(image, 1)).containsExactly((int) Math.round(255 * 5 / 12.0), 0, 0);
    }

    @Test
    void interpolatesLinearlyWhenGrowing() throws IOException {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(1, 0, 0x0000C8);

        int[] blue = Arrays.copyOfRange(pixels(image, 4), 32, 36);

        assertThat(blue).containsExactly(0, 50, 150, 200);
    }

    @Test
    void takesGreyValuesAsTheyAre() throws IOException {
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setPixels(0, 0, 2, 2, new int[] {10, 100, 200, 250});
        BufferedImage deep = new BufferedImage(2, 2, BufferedImage.TYPE_USHORT_GRAY);
        deep.getRaster()
                .setPixels(0, 0, 2, 2, new int[] {10 << 8, 100 << 8, 200 << 8 | 0x7F, 250 << 8});

        int[] expected = {10, 100, 200, 250, 10, 100, 200, 250, 10, 100, 200, 250};
        assertThat(pixels(image, 2)).isEqualTo(expected);
        assertThat(pixels(deep, 2)).isEqualTo(expected);
    }

    @Test
    void readsPalettesAndIgnoresTransparency() throws IOException {
        BufferedImage palette = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_INDEXED);
        palette.setRGB(0, 0, 0xFF0000);
        BufferedImage bits = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_BINARY);
        bits.setRGB(0, 0, 0xFFFFFF);
        BufferedImage clear = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
        clear.setRGB(0, 0, 0x00804020);

        assertThat(pixels(palette, 1)).containsExactly(255, 0, 0);
        assertThat(pixels(bits, 1)).containsExactly(255, 255, 255);
        assertThat(pixels(clear, 1)).containsExactly(0x80, 0x40, 0x20);
    }

    @Test
    void readsJpeg() throws IOException {
        Path file = TestData.image(folder.resolve("x/a.jpg"), 40, 30, 0x806040);

        byte[] pixels = new ImagePreprocessing(14, ZERO, ONE).pixels(file);

        assertThat(pixels).hasSize(3 * 14 * 14);
        assertThat(pixels[0] & 0xFF).isCloseTo(0x80, within(3));
        assertThat(pixels[14 * 14] & 0xFF).isCloseTo(0x60, within(3));
        assertThat(pixels[2 * 14 * 14] & 0xFF).isCloseTo(0x40, within(3));
    }

    @Test
    void normalizesEachChannel() {
        ImagePreprocessing preprocessing =
                new ImagePreprocessing(1, List.of(0.0, 0.5, 1.0), List.of(1.0, 0.5, 0.25));

        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray array =
                    preprocessing.toArray(
                            manager, List.of(new byte[] {-1, -1, -1}, new byte[] {0, 0, 51}));
            assertThat(array.getShape()).isEqualTo(new Shape(2, 3, 1, 1));
            assertThat(array.toFloatArray())
                    .usingComparatorWithPrecision(1e-6f)
                    .containsExactly(1, 1, 0, 0, -1, -3.2f);
        }
    }

    @Test
    void readsWhatTheModelExpects() throws IOException {
        ModelDirectory model = model("{\"image_size\": 28, \"patch_size\": 14}");
        assertThat(ImagePreprocessing.of(model).size()).isEqualTo(28);
        assertThat(ImagePreprocessing.of(model, 98))
                .isEqualTo(
                        new ImagePreprocessing(
                                98, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225)));

        preprocessor("{\"image_mean\": [0.5, 0.4, 0.3], \"image_std\": [0.1, 0.2, 0.3]}");
        assertThat(ImagePreprocessing.of(model))
                .isEqualTo(
                        new ImagePreprocessing(28, List.of(0.5, 0.4, 0.3), List.of(0.1, 0.2, 0.3)));

        preprocessor("{\"do_normalize\": false, \"image_mean\": [0.5, 0.4, 0.3]}");
        assertThat(ImagePreprocessing.of(model)).isEqualTo(new ImagePreprocessing(28, ZERO, ONE));

        assertThat(ImagePreprocessing.of(model("{}")).size()).isEqualTo(224);
    }

    /** The numbers are those of transformers 4.57, whose filter computes with whole numbers. */
    @Test
    void resizesAsTheProcessorsOfClipAndSiglip() throws IOException {
        BufferedImage image = pattern();
        Path file = folder.resolve("pattern.png");
        ImageIO.write(image, "png", file.toFile());

        ModelDirectory clip = model("{\"model_type\": \"clip_vision_model\", \"image_size\": 3}");
        preprocessor("{\"size\": 4, \"crop_size\": 3}");
        assertClose(
                ImagePreprocessing.of(clip).pixels(file),
                List.of(41, 97, 144, 47, 59, 115, 199, 54, 82),
                List.of(118, 154, 130, 168, 122, 126, 172, 126, 129),
                List.of(130, 163, 83, 163, 43, 121, 202, 85, 162));

        ModelDirectory siglip =
                model("{\"model_type\": \"siglip_vision_model\", \"image_size\": 3}");
        preprocessor("{\"size\": {\"height\": 3, \"width\": 3}, \"resample\": 3}");
        assertClose(
                ImagePreprocessing.of(siglip).pixels(file),
                List.of(51, 85, 167, 178, 68, 125, 208, 90, 80),
                List.of(98, 142, 112, 114, 143, 123, 108, 152, 123),
                List.of(75, 121, 154, 121, 108, 117, 131, 115, 144));
    }

    private static void assertClose(
            byte[] pixels, List<Integer> red, List<Integer> green, List<Integer> blue) {
        List<Integer> expected = Stream.of(red, green, blue).flatMap(List::stream).toList();
        for (int i = 0; i < pixels.length; i++) {
            assertThat(pixels[i] & 0xFF).isCloseTo(expected.get(i), within(1));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'size': {'shortest_edge': 2}} | where a shortest edge of at least 3 and less than"
                        + " 24 is expected",
                "{'do_center_crop': false} | 'do_center_crop' is 'false' where true",
                "{'crop_size': {'height': 5}} | 'height' is '5' where 3",
                "{'resample': 0} | 'resample' is '0' where 2 (bilinear) or 3 (bicubic)",
                "{'do_resize': false} | 'do_resize' is 'false' where true"
            })
    void refusesProcessorsThatGiveOtherImages(String text, String message) throws IOException {
        ModelDirectory clip = model("{\"model_type\": \"clip_vision_model\", \"image_size\": 3}");
        preprocessor(text.replace('\'', '"'));

        assertThatThrownBy(() -> ImagePreprocessing.of(clip))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesSizesThatTheModelCanNotTake() throws IOException {
        ModelDirectory dino = model("{\"image_size\": 28, \"patch_size\": 14}");
        assertThatThrownBy(() -> ImagePreprocessing.of(dino, 100))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("100 is not a multiple of 14");

        ModelDirectory vit =
                model("{\"model_type\": \"vit\", \"image_size\": 32, \"patch_size\": 8}");
        assertThatThrownBy(() -> ImagePreprocessing.of(vit, 64))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("takes images of 32 pixels only");
    }

    @Test
    void refusesMalformedMeansAndDeviations() throws IOException {
        ModelDirectory model = model("{}");
        preprocessor("{\"image_mean\": [0.5, 0.5]}");
        assertThatThrownBy(() -> ImagePreprocessing.of(model))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("preprocessor_config.json': image_mean is [0.5,0.5]");

        preprocessor("{\"image_std\": [0.5, 0, 0.5]}");
        assertThatThrownBy(() -> ImagePreprocessing.of(model))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("three positive standard deviations");
    }

    @Test
    void namesTheImageThatCanNotBeRead() throws IOException {
        ImagePreprocessing preprocessing = new ImagePreprocessing(4, ZERO, ONE);
        Path text = Files.writeString(folder.resolve("text.png"), "no image");
        Path whole = TestData.image(folder.resolve("x/whole.png"), 50, 50, 0x123456);
        Path half = folder.resolve("half.png");
        Files.write(half, Arrays.copyOf(Files.readAllBytes(whole), 60));

        for (Path file : List.of(text, half)) {
            assertThatThrownBy(() -> preprocessing.pixels(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Can't read image '" + file);
        }
    }

    @Test
    void refusesAnImageThatClaimsToBeHuge() throws IOException {
        Path file = TestData.image(folder.resolve("x/bomb.png"), 5, 5, 0);
        byte[] bytes = Files.readAllBytes(file);
        // Width and height of a PNG stand at 16 and 20, big-endian.
        bytes[17] = 0x10;
        bytes[21] = 0x10;
        Files.write(file, bytes);

        assertThatThrownBy(() -> new ImagePreprocessing(4, ZERO, ONE).pixels(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bomb.png")
                .hasMessageContaining("too many");
    }

    private int[] pixels(BufferedImage image, int size) throws IOException {
        Path file = TestData.write(folder.resolve("images/image.png"), image);
        byte[] bytes = new ImagePreprocessing(size, ZERO, ONE).pixels(file);
        int[] values = new int[bytes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes[i] & 0xFF;
        }
        return values;
    }

    private ModelDirectory model(String config) throws IOException {
        Files.write(folder.resolve("net.pt"), new byte[0]);
        Files.writeString(folder.resolve("config.json"), config);
        return ModelDirectory.open(folder);
    }

    private void preprocessor(String config) throws IOException {
        Files.writeString(folder.resolve("preprocessor_config.json"), config);
    }
}
