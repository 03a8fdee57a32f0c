;;; thresher.el --- Fine-tuning data, judged in the editor -*- lexical-binding: t -*-

;; Copyright the authors of Thresher
;; SPDX-License-Identifier: Apache-2.0
;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1"))
;; Keywords: languages, tools

;;; Commentary:

;; A mode for `.jsonl' datasets, a record a line, with the language server of Thresher under
;; Eglot or lsp-mode, and commands that mend what it finds.
;;
;;     (add-to-list 'load-path "/path/to/thresher/Clients/emacs")
;;     (require 'thresher)

;;; Code:

(require 'cl-lib)
(require 'thresher-options)

;;; What the two packages do differently

(declare-function thresher-eglot--start "thresher-eglot")
(declare-function thresher-eglot--stop "thresher-eglot")
(declare-function thresher-eglot--restart "thresher-eglot")
(declare-function thresher-eglot--request "thresher-eglot")
(declare-function thresher-eglot--move "thresher-eglot")
(declare-function thresher-eglot--uri "thresher-eglot")
(declare-function thresher-eglot--path "thresher-eglot")
(declare-function thresher-lsp-mode--start "thresher-lsp-mode")
(declare-function thresher-lsp-mode--stop "thresher-lsp-mode")
(declare-function thresher-lsp-mode--restart "thresher-lsp-mode")
(declare-function thresher-lsp-mode--request "thresher-lsp-mode")
(declare-function thresher-lsp-mode--move "thresher-lsp-mode")
(declare-function thresher-lsp-mode--uri "thresher-lsp-mode")
(declare-function thresher-lsp-mode--path "thresher-lsp-mode")

(defun thresher--managed ()
  "Which package manages this buffer: eglot, lsp-mode, or nil."
  (cond ((bound-and-true-p eglot--managed-mode) 'eglot)
        ((bound-and-true-p lsp--buffer-workspaces) 'lsp-mode)))

(defun thresher--call (what &rest arguments)
  "Have the package that manages this buffer do WHAT with ARGUMENTS."
  (let ((package (or (thresher--managed)
                     (user-error "No server for this buffer; M-x thresher-start starts one"))))
    (require (intern (format "thresher-%s" package)))
    (apply (intern (format "thresher-%s--%s" package what)) arguments)))

(defun thresher--execute (command &rest arguments)
  "The result of the server's COMMAND for this file and ARGUMENTS."
  (thresher--call 'request :workspace/executeCommand
                  (list :command (format "thresher.%s" command)
                        :arguments (vconcat (list (thresher--call 'uri)) arguments))))

;;; Editing

;; Places are looked up in order, from one to the next: a look-up from the text's beginning for each
;; of thousands would take minutes.
(defun thresher--places (changes)
  "Where CHANGES are in this buffer, the first one first.
Each is a list of start, end and new text."
  (let ((line 0)
        (sorted (sort (copy-sequence changes)
                      (lambda (a b)
                        (let ((one (plist-get (plist-get a :range) :start))
                              (other (plist-get (plist-get b :range) :start)))
                          (or (< (plist-get one :line) (plist-get other :line))
                              (and (= (plist-get one :line) (plist-get other :line))
                                   (< (plist-get one :character)
                                      (plist-get other :character)))))))))
    (cl-flet ((go-to (position)
                (forward-line (- (plist-get position :line) line))
                (setq line (plist-get position :line))
                ;; Else the place is beyond the text.
                (when (bolp) (thresher--call 'move (plist-get position :character)))
                (point)))
      (save-excursion
        (goto-char (point-min))
        (mapcar (lambda (change)
                  (let ((range (plist-get change :range)))
                    (list (go-to (plist-get range :start)) (go-to (plist-get range :end))
                          (plist-get change :newText))))
                sorted)))))

(defun thresher--apply (edit)
  "Make EDIT, which concerns this buffer; the number of its changes."
  (let* ((documents (append (plist-get edit :documentChanges) nil))
         (changes
          (if documents
              (apply #'append
                     (mapcar (lambda (it) (append (plist-get it :edits) nil)) documents))
            (append (cadr (plist-get edit :changes)) nil)))
         (places (nreverse (save-restriction (widen) (thresher--places changes)))))
    (when places
      (atomic-change-group
        (save-excursion
          ;; One change for those who listen: each would cost them a look at the whole text.
          (combine-change-calls (caar (last places)) (apply #'max (mapcar #'cadr places))
            (pcase-dolist (`(,start ,end ,text) places)
              (goto-char start)
              (delete-region start end)
              (insert text))))))
    (length changes)))

(defun thresher--edit (nothing command &rest arguments)
  "Make what COMMAND with ARGUMENTS gives; say NOTHING if it gives nothing."
  (let ((before (buffer-chars-modified-tick))
        (edit (apply #'thresher--execute command arguments)))
    (cond ((null edit)
           ;; It comes, or has come, as a request of the server's.
           (with-timeout (0.5)
             (while (= before (buffer-chars-modified-tick))
               (accept-process-output nil 0.01)))
           (and nothing (= before (buffer-chars-modified-tick)) (message "%s" nothing)))
          ((/= before (buffer-chars-modified-tick))
           (user-error "The text has changed meanwhile; try again"))
          ((and (zerop (thresher--apply edit)) nothing) (message "%s" nothing)))))

(defun thresher--edit-lines (nothing command)
  "Have COMMAND mend the records of the region, or the one at point.
Say NOTHING if there is nothing to do."
  (let* ((is-region (use-region-p))
         (first (line-number-at-pos (if is-region (region-beginning) (point)) t))
         (last (if is-region
                   (line-number-at-pos (max (region-beginning) (1- (region-end))) t)
                 first)))
    (cl-loop for line from last downto first
             do (thresher--edit (and (= first last) nothing) command (1- line)))))

;;; Commands

(defun thresher-start ()
  "Give this buffer to a language server, and start one if need be."
  (interactive)
  (unless buffer-file-name (user-error "The buffer has no file name yet"))
  (unless thresher-connect (thresher--command))
  (pcase thresher-client
    ('eglot (require 'thresher-eglot) (thresher-eglot--start))
    (_ (require 'thresher-lsp-mode) (thresher-lsp-mode--start))))

(defun thresher-stop ()
  "End the language server of this buffer."
  (interactive)
  (thresher--call 'stop))

(defun thresher-restart ()
  "End the language server of this buffer and start it again."
  (interactive)
  (if (thresher--managed) (thresher--call 'restart) (thresher-start)))

(defun thresher-trim ()
  "Cut the fluff of this record, or of those in the region."
  (interactive "*")
  (thresher--edit-lines "There is no fluff in this record" 'trim))

(defun thresher-trim-all ()
  "Cut the fluff of the whole file."
  (interactive "*")
  (thresher--edit "There is no fluff" 'trimAll))

(defun thresher-remove ()
  "Remove this record, or those in the region: the way to mend a duplicate."
  (interactive "*")
  (thresher--edit-lines "There is no record in this line" 'remove))

(defun thresher-remove-duplicates ()
  "Remove all duplicates but the first of each."
  (interactive "*")
  (thresher--edit "There are no duplicates" 'removeDuplicates))

(defun thresher-ignore ()
  "Have Thresher leave this record alone, or those in the region."
  (interactive "*")
  (thresher--edit-lines "There is nothing to ignore in this line" 'ignore))

(defun thresher-drop-below ()
  "Remove all records below the minimum score."
  (interactive "*")
  (thresher--edit "No record is below the minimum score" 'dropBelow))

(defun thresher--here ()
  "Params that name this record."
  (list :textDocument (list :uri (thresher--call 'uri))
        :position (list :line (1- (line-number-at-pos nil t)) :character 0)))

(declare-function xref-push-marker-stack "xref")

(defun thresher-original ()
  "Go to the record that this one repeats; \\[xref-go-back] leads back."
  (interactive)
  (let ((location (thresher--call 'request :textDocument/definition (thresher--here))))
    (when (vectorp location) (setq location (and (> (length location) 0) (aref location 0))))
    (unless location (user-error "This record is no duplicate"))
    (require 'xref)
    (xref-push-marker-stack)
    (find-file (thresher--call 'path (plist-get location :uri)))
    (goto-char (point-min))
    (forward-line (plist-get (plist-get (plist-get location :range) :start) :line))))

(defun thresher-verdict ()
  "Show what Thresher thinks of this record."
  (interactive)
  (let* ((hover (thresher--call 'request :textDocument/hover (thresher--here)))
         (contents (plist-get hover :contents)))
    (unless contents (user-error "There is no record in this line"))
    (with-current-buffer (get-buffer-create "*thresher*")
      (let ((inhibit-read-only t))
        (erase-buffer)
        (insert (if (stringp contents) contents (plist-get contents :value)))
        (goto-char (point-min)))
      (special-mode)
      (display-buffer (current-buffer)))))

(defun thresher--sentence (sum)
  "The server's SUM of a file in a sentence."
  (cl-flet ((of (name) (plist-get sum name)))
    (concat
     (format "%d records: %d exact and %d near duplicates, %d unusable, %d below the minimum"
             (of :records) (of :exactDuplicates) (of :nearDuplicates) (of :unusable)
             (of :lowScore))
     (and (numberp (of :meanScore)) (format ", mean score %.2f" (of :meanScore)))
     (format "; %d of %d tokens can be cut" (of :tokensCut) (of :tokens))
     (and (> (of :pending) 0) (format "; %d not read yet" (of :pending))))))

(defun thresher-status ()
  "Tell this file's sum."
  (interactive)
  (message "%s" (thresher--sentence (thresher--execute 'summary))))

;;; The mode

(defvar thresher-jsonl-mode-map
  (let ((map (make-sparse-keymap)))
    (pcase-dolist (`(,key . ,command)
                   '(("C-c C-v" . thresher-verdict) ("C-c C-o" . thresher-original)
                     ("C-c C-t" . thresher-trim) ("C-c C-k" . thresher-remove)
                     ("C-c C-g" . thresher-ignore) ("C-c C-s" . thresher-status)))
      (define-key map (kbd key) command))
    map)
  "Keys for datasets.")

;;;###autoload
(define-derived-mode thresher-jsonl-mode nil "JSONL"
  "A dataset, a record a line.
Lines may be very long: nothing is fontified or filled.

\\{thresher-jsonl-mode-map}"
  (setq-local truncate-lines t
              bidi-paragraph-direction 'left-to-right
              bidi-inhibit-bpa t
              line-move-visual nil
              auto-fill-function nil
              ;; Diagnostics after a blink, not half a second.
              eglot-send-changes-idle-time 0.05)
  (when (and thresher-autostart buffer-file-name)
    (condition-case problem
        (thresher-start)
      (user-error (message "%s" (error-message-string problem))))))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.\\(?:jsonl\\|ndjson\\)\\'" . thresher-jsonl-mode))

(provide 'thresher)

;; So that M-x eglot and M-x lsp know the server, too.
(with-eval-after-load 'eglot (require 'thresher-eglot))
(with-eval-after-load 'lsp-mode (require 'thresher-lsp-mode))
;;; thresher.el ends here
