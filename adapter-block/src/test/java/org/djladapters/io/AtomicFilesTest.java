/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {

    @TempDir private Path folder;
    private Path target;

    @BeforeEach
    void nameTarget() {
        target = folder.resolve("target");
    }

    @Test
    void writesTextInUtf8() throws IOException {
        AtomicFiles.writeString(target, "Größe");

        assertThat(target).hasBinaryContent("Größe".getBytes(StandardCharsets.UTF_8));
        assertOnlyTarget();
    }

    @Test
    void replacesAnOlderFile() throws IOException {
        Files.writeString(target, "older and longer");
        AtomicFiles.writeString(target, "newer");

        assertThat(target).hasContent("newer");
    }

    @Test
    void keepsTheOlderFileWhenWritingFailsHalfway() throws IOException {
        Files.writeString(target, "older");

        assertThatThrownBy(
                        () ->
                                AtomicFiles.writeFile(
                                        target,
                                        channel -> {
                                            channel.write(ByteBuffer.allocate(1000));
                                            throw new IOException("No space left on device");
                                        }))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        target
                                + " could not be written (No space left on device); free some space"
                                + " or choose another folder");
        assertThat(target).hasContent("older");
        assertOnlyTarget();
    }

    @Test
    void whatIsAboveALinkedFolderIsAboveTheFolderItself() throws IOException {
        Path runs = Files.createDirectories(folder.resolve("runs/1"));
        Path link = Files.createSymbolicLink(folder.resolve("latest"), runs);
        AtomicFiles.writeString(link.resolve("../file"), "text");
        assertThat(folder.resolve("runs/file")).hasContent("text");
        AtomicFiles.writeDirectory(
                link.resolve("../new/made"),
                older -> false,
                made -> Files.writeString(made.resolve("file"), "text"));
        assertThat(folder.resolve("runs/new/made/file")).hasContent("text");
        assertThat(folder).isDirectoryNotContaining("glob:**/{file,new}");
    }

    @Test
    void theRootIsNeverInterrupted() throws IOException {
        AtomicFiles.recover(folder.getRoot(), "config");
    }

    @Test
    void severalMayDeleteTheSame() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            for (int i = 0; i < 50; i++) {
                Path tree = folder.resolve("tree");
                for (int j = 0; j < 10; j++) {
                    Path deep = Files.createDirectories(tree.resolve("deep" + j));
                    Files.writeString(deep.resolve("file"), "text");
                }
                Callable<Void> delete =
                        () -> {
                            AtomicFiles.deleteTree(tree);
                            return null;
                        };
                for (Future<Void> deleted : threads.invokeAll(List.of(delete, delete, delete))) {
                    deleted.get();
                }
                assertThat(tree).doesNotExist();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void leavesNothingBehindWhenTheContentIsAtFault() {
        assertThatThrownBy(
                        () ->
                                AtomicFiles.writeFile(
                                        target,
                                        channel -> {
                                            channel.write(ByteBuffer.allocate(1000));
                                            throw new IllegalStateException("closed");
                                        }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("closed");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void passesOnThatASourceIsMalformed() {
        MalformedFileException malformed = new MalformedFileException(target, "is broken");

        assertThatThrownBy(
                        () ->
                                AtomicFiles.writeFile(
                                        target,
                                        channel -> {
                                            throw malformed;
                                        }))
                .isSameAs(malformed);
    }

    @Test
    void leavesNothingInAFolderWithoutPermission() throws IOException {
        assumeTrue(folder.toFile().setWritable(false) && !Files.isWritable(folder));

        assertThatThrownBy(() -> AtomicFiles.writeString(target, "text"))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        target
                                + " could not be written (permission denied); free some space or"
                                + " choose another folder");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void namesAnotherFileThatIsAtFault() {
        Path source = folder.resolve("source");

        assertThatThrownBy(
                        () ->
                                AtomicFiles.writeDirectory(
                                        target,
                                        older -> true,
                                        made -> Files.copy(source, made.resolve("copy"))))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(target + " could not be written (" + source + ": unreach");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void asksForTheFolderOfAFile() {
        assertThatThrownBy(() -> AtomicFiles.writeString(target.resolve("file"), "text"))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(target.resolve("file") + ": %s", noFolder());
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesAFileThatLiesInAFile() throws IOException {
        Files.writeString(target, "not a folder");

        assertThatThrownBy(() -> AtomicFiles.writeString(target.resolve("file"), "text"))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(noFolder());
    }

    @Test
    void doesNotPutAFileInThePlaceOfAFolder() throws IOException {
        Files.createDirectory(target);

        assertThatThrownBy(() -> AtomicFiles.writeString(target, "text"))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessage(target + ": is a folder; name a file to write");
    }

    @Test
    void writesADirectoryWithItsParents() throws IOException {
        Path deep = target.resolve("a/b");
        AtomicFiles.writeDirectory(
                deep, older -> false, made -> Files.writeString(made.resolve("file"), "text"));

        assertThat(deep.resolve("file")).hasContent("text");
        assertThat(deep.getParent()).isDirectoryNotContaining(path -> !path.equals(deep));
    }

    @Test
    void fillsAnEmptyDirectory() throws IOException {
        Files.createDirectory(target);
        writeFileInTarget(false);

        assertThat(target.resolve("file")).hasContent("newer");
        assertOnlyTarget();
    }

    @Test
    void replacesADirectoryAsAWholeWhenAllowed() throws IOException {
        makeOlderDirectory();
        writeFileInTarget(true);

        assertThat(target).isDirectoryNotContaining(path -> path.endsWith("older"));
        assertThat(target.resolve("file")).hasContent("newer");
        assertOnlyTarget();
    }

    @Test
    void refusesToReplaceADirectoryThatHoldsSomething() throws IOException {
        makeOlderDirectory();

        assertThatThrownBy(() -> writeFileInTarget(false))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessage(
                        target
                                + ": exists already and would be lost; choose another name or"
                                + " remove it first");
        assertThat(target.resolve("older/file")).hasContent("older");
        assertOnlyTarget();
    }

    @Test
    void refusesToReplaceAFileByADirectory() throws IOException {
        Files.writeString(target, "older");

        assertThatThrownBy(() -> writeFileInTarget(true))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(target).hasContent("older");
    }

    @Test
    void saysOnceWhyAFileOfADirectoryCouldNotBeWritten() {
        assertThatThrownBy(
                        () ->
                                AtomicFiles.writeDirectory(
                                        target,
                                        older -> false,
                                        made ->
                                                AtomicFiles.writeFile(
                                                        made.resolve("file"),
                                                        channel -> {
                                                            throw new IOException("no room");
                                                        })))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        target
                                + " could not be written (no room); free some space or choose"
                                + " another folder");
    }

    @Test
    void keepsTheOlderDirectoryWhenWritingFailsHalfway() throws IOException {
        makeOlderDirectory();

        assertThatThrownBy(
                        () ->
                                AtomicFiles.writeDirectory(
                                        target,
                                        older -> true,
                                        made -> {
                                            Files.writeString(made.resolve("half"), "newer");
                                            throw new FileSystemException(
                                                    made.resolve("half").toString(),
                                                    null,
                                                    "no room");
                                        }))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(target + " could not be written (no room)");
        assertThat(target.resolve("older/file")).hasContent("older");
        assertThat(target).isDirectoryNotContaining(path -> path.endsWith("half"));
        assertOnlyTarget();
    }

    @Test
    void doesNotDeleteWhatALinkInAReplacedDirectoryPointsTo() throws IOException {
        Path kept = Files.createDirectory(folder.resolve("kept"));
        Files.writeString(kept.resolve("file"), "kept");
        Files.createDirectory(target);
        Files.createSymbolicLink(target.resolve("link"), kept);
        writeFileInTarget(true);

        assertThat(kept.resolve("file")).hasContent("kept");
    }

    @Test
    void followsALinkToADirectory() throws IOException {
        Path real = folder.resolve("real");
        Files.createSymbolicLink(target, Path.of("real"));
        for (int time = 0; time < 2; time++) { // to one that is missing, then to an older one
            writeFileInTarget(true);
            assertThat(target).isSymbolicLink();
            assertThat(real.resolve("file")).hasContent("newer");
            assertThat(real).isDirectoryNotContaining(path -> !path.endsWith("file"));
        }
    }

    @Test
    void followsALinkToAFile() throws IOException {
        Path real = Files.writeString(folder.resolve("real"), "older");
        Files.createSymbolicLink(target, real);
        AtomicFiles.writeString(target, "newer");
        assertThat(target).isSymbolicLink();
        assertThat(real).hasContent("newer");
    }

    @Test
    void refusesALinkToItself() throws IOException {
        Files.createSymbolicLink(target, target);
        assertThatThrownBy(() -> AtomicFiles.writeString(target, "text"))
                .isInstanceOf(FileSystemException.class)
                .hasMessage(target + ": is a link that leads in a circle; remove it");
    }

    @Test
    void anEmptyDirectoryKeepsItsIdentity() throws IOException {
        Files.createDirectory(target);
        Files.createDirectory(target.resolve("lost+found"));
        Object key = Files.readAttributes(target, BasicFileAttributes.class).fileKey();
        writeFileInTarget(false);
        assertThat(Files.readAttributes(target, BasicFileAttributes.class).fileKey())
                .isEqualTo(key);
        assertThat(target.resolve("lost+found")).isDirectory();
        assertThat(target.resolve("file")).hasContent("newer");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no such file")
    void doesNotPutAFileInThePlaceOfADevice() {
        assertThatThrownBy(() -> AtomicFiles.writeString(Path.of("/dev/null"), "text"))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessage("/dev/null: is not a regular file; name a file to write");
    }

    @AfterEach
    void allowCleaningUp() {
        folder.toFile().setWritable(true);
    }

    private void makeOlderDirectory() throws IOException {
        Files.createDirectories(target.resolve("older"));
        Files.writeString(target.resolve("older/file"), "older");
    }

    private void writeFileInTarget(boolean replaceable) throws IOException {
        AtomicFiles.writeDirectory(
                target,
                older -> replaceable,
                made -> Files.writeString(made.resolve("file"), "newer"));
    }

    private void assertOnlyTarget() {
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(target));
    }

    private static String noFolder() {
        return "its folder does not exist; create the folder first";
    }
}
