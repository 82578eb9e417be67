/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.djladapters.data.ImageFolder;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.classification.SmallerImages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmallerImagesTest {

    private static final String DINO = "tiny-dinov2"; // its patches have 8 pixels a side

    @TempDir private Path folder;

    /** A copy of a model that says it is made for images of a size. */
    private Path sized(String name, int size) throws IOException {
        Path copy = Files.createDirectory(folder.resolve(name + size));
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/models", name))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        Path config = copy.resolve("config.json");
        String text = Files.readString(config);
        Files.writeString(
                config, text.replaceAll("\"image_size\": \\d+", "\"image_size\": " + size));
        return copy;
    }

    private static String note(Path directory, int size) throws IOException {
        try (AdaptedModel model = AdaptedModel.open(directory)) {
            return SmallerImages.note(model, ModelDirectory.open(directory), size).orElse("");
        }
    }

    @Test
    void whatSmallerImagesSaveIsCounted() throws IOException {
        Path dino = sized(DINO, 512);
        // 64 x 64 patches, of which 28 x 28 and, 96 being a multiple of 8, 12 x 12 are left
        assertThat(note(dino, 512))
                .isEqualTo(
                        "Images are used in the model's own size of 512 pixels (4096 patches each);"
                                + " a smaller image size saves time, with 5 times fewer patches at"
                                + " 224 and 28 times fewer patches at 96");
        assertThat(note(dino, 384)).contains("with 16 times fewer patches at 96");
    }

    @Test
    void usualSizesAreNotWorthAWord() throws IOException {
        Path dino = sized(DINO, 32);
        assertThat(note(dino, 32)).isEmpty();
        assertThat(note(dino, 160)).isEmpty();
    }

    @Test
    void aModelOfOneSizeHasNoSmallerImages() throws IOException {
        assertThat(note(sized("tiny-vit", 448), 448)).isEmpty();
    }

    @Test
    void aRunSaysItBeforeItTrainsUnlessTheSizeWasChosen() throws IOException {
        ImageFolder images = Runs.pictures(folder.resolve("images"), 12);
        try (AdaptedModel model = AdaptedModel.open(sized(DINO, 448))) {
            ProgressListener first =
                    new ProgressListener() {
                        @Override
                        public void onNote(String note) {
                            throw new CancellationException(note);
                        }
                    };
            FineTuner.Builder builder =
                    Runs.builder(model, DINO, images, images, folder.resolve("adapter"))
                            .optListener(first);
            assertThatThrownBy(() -> builder.build().run())
                    .hasMessageContaining("448 pixels (3136 patches each)");
            assertThat(builder.optImageSize(32).optEpochs(1).build().run().bestEpoch())
                    .isEqualTo(1);
        }
    }
}
