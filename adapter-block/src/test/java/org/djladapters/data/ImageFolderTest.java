/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {

    @TempDir Path folder;

    @BeforeEach
    void writeImages() throws IOException {
        TestData.image(folder.resolve("dog/b.PNG"), 2, 2, 0xFF0000);
        TestData.image(folder.resolve("dog/a.jpg"), 2, 2, 0x00FF00);
        TestData.image(folder.resolve("cat/c.jpeg"), 2, 2, 0x0000FF);
    }

    @Test
    void listsImagesByLabelAndName() throws IOException {
        ImageFolder data = ImageFolder.read(folder);

        assertThat(data.files())
                .containsExactly(
                        folder.resolve("cat/c.jpeg"),
                        folder.resolve("dog/a.jpg"),
                        folder.resolve("dog/b.PNG"));
        assertThat(IntStream.range(0, data.size()).mapToObj(data::label))
                .containsExactly("cat", "dog", "dog");
        assertThat(data.where(0)).contains("c.jpeg");
        assertThat(LabelSpace.of(data).labels()).containsExactly("cat", "dog");
        assertThat(LabelledData.read(folder)).isInstanceOf(ImageFolder.class);
    }

    @Test
    void namesFilesAndFoldersWhereNothingIs() {
        assertThatThrownBy(() -> LabelledData.read(folder.resolve("absent")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("No data file or folder")
                .hasMessageContaining("absent'; give a TSV")
                .hasMessageEndingWith("one folder of images per label");
    }

    @Test
    void passesOverHiddenFilesAndNotesBesideTheLabels() throws IOException {
        Files.createFile(folder.resolve("README.txt"));
        Files.createFile(folder.resolve("dog/.DS_Store"));

        assertThat(ImageFolder.read(folder).size()).isEqualTo(3);
    }

    @Test
    void hashChangesWithContentsAndNames() throws IOException {
        String before = ImageFolder.read(folder).sha256();
        assertThat(ImageFolder.read(folder).sha256()).isEqualTo(before).hasSize(64);

        Files.move(folder.resolve("dog/a.jpg"), folder.resolve("dog/z.jpg"));
        String renamed = ImageFolder.read(folder).sha256();
        TestData.image(folder.resolve("dog/z.jpg"), 2, 2, 0x123456);

        assertThat(renamed).isNotEqualTo(before);
        assertThat(ImageFolder.read(folder).sha256()).isNotEqualTo(renamed);
    }

    @Test
    void refusesWhatCouldBeLeftOutByMistake() throws IOException {
        Path unlabelled = TestData.image(folder.resolve("d.png"), 2, 2, 0);
        assertFails("d.png' has no label");
        Files.delete(unlabelled);

        Path other = Files.createFile(folder.resolve("dog/e.gif"));
        assertFails("e.gif' is not a jpg, jpeg or png file");
        Files.delete(other);

        Path nested = Files.createDirectory(folder.resolve("dog/more.png"));
        assertFails("more.png' is not a jpg, jpeg or png file");
        Files.delete(nested);

        Files.createDirectory(folder.resolve("empty"));
        assertFails("empty' is empty");
    }

    @Test
    void refusesAFolderWithoutImages(@TempDir Path empty) {
        assertThatThrownBy(() -> ImageFolder.read(empty))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("holds no images");
        assertThatThrownBy(() -> ImageFolder.read(empty.resolve("absent")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No image folder");
    }

    private void assertFails(String message) {
        assertThatThrownBy(() -> ImageFolder.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }
}
