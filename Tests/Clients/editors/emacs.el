;;; emacs.el --- Configures Emacs as a user would, and runs a test's steps in it -*- lexical-binding: t -*-

;;; Commentary:

;;     emacs --batch -l emacs.el rows.jsonl
;;
;; In the environment: THRESHER_CLIENT the folder of the client, OPTIONS a form that sets its
;; variables, STEPS a file of forms, RESULT where to write what the last of them gives, as JSON:
;; {"value": …} or {"error": "…"}, with the messages that a user would have read beside it.

;;; Code:

(require 'package)
(package-initialize)
(require 'cl-lib)
(require 'json)
(require 'flymake)
(add-to-list 'load-path (getenv "THRESHER_CLIENT"))
(setq create-lockfiles nil
      make-backup-files nil
      vc-handled-backends '(Git)
      user-emacs-directory (file-name-as-directory (getenv "HOME"))
      flymake-no-changes-timeout 0.01)

(defvar messages nil "What a user would have read.")
(advice-add 'message :before
            (lambda (text &rest arguments)
              (when text (push (apply #'format-message text arguments) messages))))

(defmacro await (what condition)
  "Turn the loop until CONDITION holds; an error with WHAT after some seconds."
  `(with-timeout (15 (error "waited in vain: %s" ,what))
     (while (not ,condition)
       (accept-process-output nil 0.02)
       (sit-for 0.01)
       ;; Emacs is idle, but in batch mode does not know it.
       (when (bound-and-true-p lsp--buffer-deferred) (idle))
       (when (bound-and-true-p eglot--change-idle-timer)
         (timer-event-handler eglot--change-idle-timer)))))

(defun codes ()
  "Line and code of each diagnostic of the buffer, in order."
  (sort (delete-dups
         (if (bound-and-true-p lsp-mode)
             (mapcar (lambda (it)
                       (list (1+ (gethash "line" (gethash "start" (gethash "range" it))))
                             (gethash "code" it)))
                     (gethash (lsp--fix-path-casing buffer-file-name) (lsp-diagnostics)))
           (cl-loop for found in (flymake-diagnostics)
                    for data = (cdr (assq 'eglot-lsp-diag (flymake--diag-data found)))
                    when (<= (flymake-diagnostic-beg found) (point-max))
                    collect (list (line-number-at-pos (flymake-diagnostic-beg found))
                                  (plist-get data :code)))))
        (lambda (a b) (or (< (car a) (car b))
                          (and (= (car a) (car b)) (string< (cadr a) (cadr b)))))))

(defun await-codes (expected)
  "Wait until the buffer has EXPECTED diagnostics."
  (condition-case nil
      (await "codes" (equal (codes) expected))
    (error (error "codes are %S" (codes)))))

(defun to-line (line)
  "Go to LINE, from 1."
  (goto-char (point-min))
  (forward-line (1- line)))

(defun await-message (part)
  "Wait until a message with PART was shown."
  (await part (cl-some (lambda (it) (string-search part it)) messages)))

(defun idle ()
  "Do what was put off until the user pauses; batch mode has no pauses."
  (run-hooks 'post-command-hook)
  (mapc #'timer-event-handler (copy-sequence timer-idle-list)))

(defun run-steps ()
  "Run the steps."
  (let* ((path (pop command-line-args-left))
         (result
          (condition-case problem
              (progn
                (load (getenv "OPTIONS") nil t t)
                (require 'thresher)
                (find-file path)
                (idle)
                (list (cons 'value
                            (let (value)
                              (with-temp-buffer
                                (insert-file-contents (getenv "STEPS"))
                                (setq value (read (format "(progn %s)" (buffer-string)))))
                              (eval value t)))))
            (error (list (cons 'error (error-message-string problem)))))))
    (push (cons 'messages (vconcat (reverse messages))) result)
    (with-temp-file (getenv "RESULT")
      (insert (json-encode result)))
    (kill-emacs 0)))

(run-steps)
;;; emacs.el ends here
